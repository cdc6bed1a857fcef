#include "schema/schema_lock.h"

#include <algorithm>
#include <utility>

#include "base/random_token.h"
#include "base/split.h"
#include "schema/cluster_ddl.h"

namespace polyhouse {
namespace {

constexpr std::string_view kLock = "polyhouse_schema_lock";
constexpr std::chrono::milliseconds kLook{100};
/// How much more often a holder gives a sign of life than others wait for one.
constexpr int kBeats = 5;
/// The part of the time-out for which a look holds good.
constexpr int kLooks = 30;

/// Under this name a broken lock is kept, so that nobody breaks the next one by mistake.
std::string BrokenName(const std::string& holder) {
  return std::string(kLock) + "_" + holder.substr(0, holder.find(' '));
}

}  // namespace

SchemaLock::SchemaLock(Tools tools, SchemaLockOptions options)
    : tools_(tools), options_(std::move(options)), name_(RandomToken()) {}

Status SchemaLock::Run(ClickHouseClient& client,
                       const std::string& statement,
                       std::stop_token stop) {
  return client.Execute(OnCluster(statement, options_.cluster), std::move(stop));
}

bool SchemaLock::IsOurs(const std::string& holder) const {
  return holder.starts_with(name_ + " ");
}

Result<std::string> SchemaLock::Holder(ClickHouseClient& client, std::stop_token stop) {
  auto text = client.Fetch(
      "SELECT comment FROM system.tables WHERE database = currentDatabase() AND name = '" +
          std::string(kLock) + "' FORMAT TabSeparatedRaw",
      std::move(stop));
  if (text && text->ends_with('\n')) text->pop_back();
  return text;
}

Result<std::string> SchemaLock::TryCreate(std::stop_token stop) {
  auto holder = Holder(tools_.client, stop);
  if (!holder || !holder->empty()) return holder;
  const auto created = Run(tools_.client,
                           "CREATE TABLE " + std::string(kLock) +
                               " (x UInt8) ENGINE = MergeTree ORDER BY x COMMENT '" + name_ + " 0'",
                           stop);
  // An answer that was lost may have been a yes; a no may have come to a repeated request, or
  // because of somebody who has gone since.
  holder = Holder(tools_.client, stop);
  if (holder && holder->empty() && !created && created.error().kind != ErrorKind::kTransient) {
    return created.error();
  }
  return holder;
}

Status SchemaLock::Break(const std::string& holder, std::stop_token stop) {
  tools_.events.SchemaLockBroken(options_.timeout);
  return Run(tools_.client,
             "RENAME TABLE " + std::string(kLock) + " TO " + BrokenName(holder),
             std::move(stop));
}

Result<std::unique_ptr<SchemaLock>> SchemaLock::Take(Tools tools,
                                                     SchemaLockOptions options,
                                                     std::stop_token stop) {
  std::unique_ptr<SchemaLock> lock(new SchemaLock(tools, std::move(options)));
  std::string seen;
  auto seen_at = SteadyNow();
  while (true) {
    auto holder = lock->TryCreate(stop);
    if (!holder) return std::move(holder).error();
    if (lock->IsOurs(*holder)) break;
    if (seen.empty() && !holder->empty()) tools.events.SchemaLockAwaited(lock->options_.timeout);
    if (*holder != seen) {
      seen = std::move(*holder);
      seen_at = SteadyNow();
    } else if (!seen.empty() && SteadyNow() - seen_at > lock->options_.timeout) {
      // Somebody else may be quicker; then there is a new holder to watch.
      (void)lock->Break(seen, stop);
      continue;
    }
    tools.clock.SleepFor(std::min(kLook, lock->options_.timeout / kBeats), stop);
    if (stop.stop_requested()) return StoppingError();
  }
  lock->heart_ = std::jthread([self = lock.get()](std::stop_token end) { self->Beat(end); });
  return lock;
}

void SchemaLock::Beat(std::stop_token stop) {
  for (std::uint64_t count = 1; !stop.stop_requested(); ++count) {
    tools_.clock.SleepFor(options_.timeout / kBeats, stop);
    const auto holder = Holder(tools_.pulse, stop);
    if (!holder || !IsOurs(*holder)) continue;
    (void)Run(tools_.pulse,
              "ALTER TABLE " + std::string(kLock) + " MODIFY COMMENT '" + name_ + " " +
                  std::to_string(count) + "'",
              stop);
  }
}

Status SchemaLock::StillOurs(std::stop_token stop) {
  const bool is_fresh = SteadyNow() - seen_ours_ < options_.timeout / kLooks;
  return is_fresh ? Ok() : LookAgain(std::move(stop));
}

Status SchemaLock::LookAgain(std::stop_token stop) {
  const auto now = SteadyNow();
  const auto holder = Holder(tools_.client, std::move(stop));
  if (!holder) return holder.error();
  if (IsOurs(*holder)) {
    seen_ours_ = now;
    return Ok();
  }
  return TransientError(
      "another polyhouse took over the change of the tables, because this one gave no sign of life "
      "for " +
      std::to_string(options_.timeout.count()) + " ms");
}

SchemaLock::~SchemaLock() {
  heart_ = std::jthread();
  if (!LookAgain({})) return;
  (void)Run(tools_.client, "DROP TABLE IF EXISTS " + std::string(kLock) + " SYNC", {});
  // Nobody who found one of these standing still takes an hour to act on it.
  const auto broken = tools_.client.Fetch(
      "SELECT name FROM system.tables WHERE database = currentDatabase() AND name LIKE '" +
          std::string(kLock) +
          "\\_%' AND metadata_modification_time < now() - INTERVAL 1 HOUR "
          "FORMAT TabSeparatedRaw",
      {});
  if (!broken) return;
  for (const std::string& name : Split(*broken, '\n')) {
    (void)Run(tools_.client, "DROP TABLE IF EXISTS " + name + " SYNC", {});
  }
}

}  // namespace polyhouse
