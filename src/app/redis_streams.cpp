#include "app/redis_streams.h"

#include <unistd.h>

#include <algorithm>
#include <array>

#include "adapters/redis/redis_server_check.h"
#include "adapters/redis/redis_streams.h"
#include "app/process_roles.h"
#include "app/server_wait.h"
#include "app/wiring.h"
#include "codec/timestamp.h"
#include "domain/enriched_market.h"
#include "flow/listing/page_store.h"
#include "flow/process/enricher.h"

namespace polyhouse {
namespace {

std::string MachineName() {
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "writer-1";
}

/// A role that is ours as long as its lease in Redis is.
class LeasedRole final : public RoleClaim {
 public:
  LeasedRole(RedisLeaseOptions options, const Environment& environment, std::stop_token stop)
      : environment_(environment),
        redis_(options.redis),
        stop_(std::move(stop)),
        lease_(std::move(options), environment.clock) {}

  Status Acquire() { return lease_.Acquire(stop_); }
  std::stop_token lost() const override { return lease_.lost(); }
  Result<std::unique_ptr<StreamWriter>> OpenWriter() override {
    auto& events = environment_.events;
    return OpenRedisStreamWriter(
        {.redis = redis_,
         .lease = &lease_,
         .stop = stop_,
         .on_away = [&events](const Error& error,
                              auto wait) { events.ServerAway("Redis", error, wait); }},
        environment_.clock);
  }

 private:
  Environment environment_;
  RedisOptions redis_;
  std::stop_token stop_;
  RedisLease lease_;
};

class RedisStreams final : public Streams {
 public:
  RedisStreams(const Environment& environment, RedisOptions options)
      : environment_(environment), options_(std::move(options)) {}

  Status Check(Patience patience, std::stop_token stop);

  Result<std::unique_ptr<RoleClaim>> Claim(const std::string& role, std::stop_token stop) override {
    // Every consumer name is a role of its own: two writers of one name would take each other's
    // pending entries for their own.
    const auto kinds = ProcessorKinds();
    const bool is_shared =
        role == kWriteRole || std::any_of(kinds.begin(), kinds.end(), [&](const auto* kind) {
          return kind->role() == role;
        });
    const std::string name = is_shared ? role + ":" + consumer() : role;
    auto& events = environment_.events;
    auto claim = std::make_unique<LeasedRole>(
        RedisLeaseOptions{
            .redis = options_,
            .name = name,
            .ttl = environment_.config.redis_lease,
            .on_stand_by = [&events, name] { events.RoleStandsBy(name); },
            .on_away = [&events](const Error& error,
                                 auto wait) { events.ServerAway("Redis", error, wait); }},
        environment_,
        std::move(stop));
    if (auto status = claim->Acquire(); !status) return std::move(status).error();
    events.RoleClaimed(name);
    return std::unique_ptr<RoleClaim>(std::move(claim));
  }
  std::string consumer() const override {
    const std::string& consumer = environment_.config.consumer;
    return consumer.empty() ? MachineName() : consumer;
  }
  Result<std::unique_ptr<StreamReader>> OpenReader(const StreamName& stream,
                                                   const GroupName& group,
                                                   PositionStore* positions) override {
    auto& events = environment_.events;
    RedisReaderOptions options{
        .redis = options_, .stream = stream, .group = group, .consumer = ConsumerName(consumer())};
    if (positions != nullptr) {
      options.committed = [=] { return positions->Load(stream, group); };
    }
    options.on_group_created = [&events, group](const EntryId& position) {
      events.GroupCreated(group.value(), ToString(position));
    };
    options.on_position_lost = [&events, group](const EntryId& position) {
      events.PositionLost(group.value(), ToString(position));
    };
    options.on_entries_lost = [this, stream](std::span<const EntryId> ids) {
      auto status = MakeAgain(stream, "entry " + ToString(ids.front()) + " of " + stream.value());
      if (!status) return status;
      for (const EntryId& id : ids) environment_.events.EntryLost(stream.value(), ToString(id));
      return status;
    };
    return OpenRedisStreamReader(std::move(options));
  }
  Result<std::unique_ptr<StreamAdmin>> OpenAdmin() override {
    return OpenRedisStreamAdmin(options_);
  }
  Result<std::unique_ptr<StreamWriter>> OpenToolWriter() override {
    return OpenRedisStreamWriter({.redis = options_}, environment_.clock);
  }
  Result<std::unique_ptr<RateStore>> OpenRates() override { return OpenRedisRateStore(options_); }
  std::unique_ptr<PresenceStore> OpenPresence() override { return OpenRedisPresence(options_); }
  std::unique_ptr<PresenceStore> OpenReports() override {
    return OpenRedisPresence(options_, "reports", kReportKept);
  }

 private:
  Status MakeAgain(const StreamName& stream, const std::string& what);

  Environment environment_;
  RedisOptions options_;
};

/// Makes the ingester of a stream read its listing again, or the enrichers go through the tables
/// again, whichever process they run in. The ledger belongs to none: a page that it lacks is found
/// by polyhouse verify.
Status RedisStreams::MakeAgain(const StreamName& stream, const std::string& what) {
  const ListingType* listing = ListingOfStream(stream.value());
  const bool is_enriched = stream.value() == EnrichedMarket::kStream;
  if (listing == nullptr && !is_enriched) return Ok();
  const auto writer = OpenToolWriter();
  if (!writer) return writer.error();
  if (is_enriched) return EnrichAgain(**writer);
  PageStore pages(*listing, **writer, environment_.clock);
  if (auto status = pages.Load(); !status) return status;
  const auto lost = pages.source().Get(kLostState);
  if (!lost) return lost.error();
  const auto cursor = pages.source().Get(kCursorState);
  if (!cursor) return cursor.error();
  // One that waits for its first page brings back what was lost since, too.
  if (!lost->empty() && cursor->empty()) return Ok();
  return pages.source().ReadAgain(FormatTime(environment_.clock.Now()) + " " + what);
}

Status RedisStreams::Check(Patience patience, std::stop_token stop) {
  const auto check = [&]() -> Status {
    const bool works = patience == Patience::kForever;
    const auto warnings = CheckRedisServer(options_, works ? RedisUse::kWork : RedisUse::kLook);
    if (!warnings) return warnings.error();
    // Once for a role, not for each look of a person.
    for (const std::string& warning : *warnings) {
      if (works) environment_.events.RedisWarning(warning);
    }
    return Ok();
  };
  return WaitForServer(environment_, {"Redis", patience}, check, std::move(stop));
}

}  // namespace

Result<std::unique_ptr<Streams>> OpenRedisStreams(const Environment& environment,
                                                  const std::vector<std::string>& roles,
                                                  std::stop_token stop) {
  auto options = RedisOptionsOf(environment.config);
  if (!options) return std::move(options).error();
  auto streams = std::make_unique<RedisStreams>(environment, std::move(*options));
  const Patience patience = roles.empty() ? Patience::kFail : Patience::kForever;
  if (auto status = streams->Check(patience, std::move(stop)); !status)
    return std::move(status).error();
  return std::unique_ptr<Streams>(std::move(streams));
}

Result<RedisOptions> RedisOptionsOf(const Config& config) {
  RedisOptions options;
  if (!config.redis_url.empty()) {
    auto parsed = ParseRedisUrl(config.redis_url.Reveal());
    if (!parsed) return std::move(parsed).error().WithContext("redis_url");
    options = std::move(*parsed);
  } else {
    options.endpoints = {
        {.host = config.redis_host, .port = static_cast<std::uint16_t>(config.redis_port)}};
    options.database = static_cast<int>(config.redis_db);
  }
  if (options.user.empty()) options.user = config.redis_user;
  if (options.password.empty()) options.password = config.redis_password;
  options.key_prefix = config.redis_prefix;
  if (auto status = CheckRedisOptions(options); !status) return std::move(status).error();
  return options;
}

}  // namespace polyhouse
