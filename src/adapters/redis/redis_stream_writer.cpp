#include <algorithm>

#include "adapters/redis/redis_appender.h"
#include "adapters/redis/redis_cache.h"
#include "adapters/redis/redis_connection.h"
#include "adapters/redis/redis_error.h"
#include "adapters/redis/redis_fields.h"
#include "adapters/redis/redis_groups.h"
#include "adapters/redis/redis_id_script.h"
#include "adapters/redis/redis_info.h"
#include "adapters/redis/redis_page_script.h"
#include "adapters/redis/redis_row_script.h"
#include "adapters/redis/redis_streams.h"
#include "base/random_token.h"

namespace polyhouse {
namespace {

/// How often one append is begun anew when the renewal of our own lease came between.
constexpr int kMaxAttempts = 10;
/// Between questions to a server that went away in the middle of an append.
constexpr std::chrono::milliseconds kAskAgain{250};
/// The memory of the server is looked at this often at most: INFO is not cheap.
constexpr std::chrono::seconds kMemoryInterval{1};
/// How long the marker of a writer without a lease stays behind, in ms.
constexpr const char* kToolMarkerTtl = "3600000";

/// What became of a transaction whose reply did not come. 1: it was applied. Else it never will be:
/// the connection that may still carry it watches the marker, which is changed here. 0: the lease
/// is not ours any more, or writes of ours were forgotten. 2: neither.
constexpr const char* kSettle = R"(#!lua flags=allow-oom
local marker = redis.call('GET', KEYS[1]) or ''
if marker == ARGV[1] then return 1 end
if marker == ARGV[2] then return 2 end
if ARGV[3] == '' then redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[5]) return 2 end
if redis.call('GET', KEYS[2]) ~= ARGV[3] or marker ~= ARGV[4] then return 0 end
redis.call('SET', KEYS[1], ARGV[2])
return 2)";

const std::string kEndOfPage =
    std::string(kAllowOom) + kIdFunctions + kRowFunctions + kCacheFunctions + kEndPage;
const std::string kStateAlone = std::string(kAllowOom) + kCheckState + kIdFunctions +
                                kRowFunctions + kCacheFunctions + kEndPage;

/// What kEndPage moves and carries out.
RedisCommands StateCommands(const std::string& prefix, const AppendTransaction& transaction) {
  RedisCommands commands(RedisCommands::Form::kScript);
  AddState(commands, prefix, transaction);
  AddRows(commands, prefix, transaction);
  AddCache(commands, prefix, transaction);
  AddAcks(commands, prefix, transaction);
  return commands;
}

Error NotPending() {
  return RejectedError(
      "Redis: an entry to be acknowledged is not pending for its consumer any more");
}

class RedisStreamWriter final : public StreamWriter {
 public:
  RedisStreamWriter(RedisWriterOptions options, Clock& clock)
      : options_(std::move(options)), clock_(clock), connection_(options_.redis) {
    if (options_.lease != nullptr) {
      lease_key_ = connection_.Key("lease:" + options_.lease->name());
      marker_key_ = connection_.Key("state:" + options_.lease->name() + ":tx");
    } else {
      marker_key_ = connection_.Key("tx:" + RandomToken());
      lease_key_ = marker_key_;
    }
  }

  Status Append(const AppendTransaction& transaction) override;
  Result<std::optional<std::string>> State(const std::string& key) override;
  Result<StateFields> Fields(const std::string& key) override;
  Result<std::vector<std::optional<CachedRecord>>> Cached(
      std::string_view kind, std::span<const std::string> names) override;
  Result<StreamLoad> Load(const StreamName& stream) override;

 private:
  enum class Outcome { kApplied, kAgain };

  bool IsFenced() const { return options_.lease != nullptr; }
  Status Begin(const std::optional<ExpectedState>& expected);
  void AddPage(const AppendTransaction& transaction, const std::string& marker);
  Result<Outcome> Commit(const AppendTransaction& transaction);
  Status AppendPage(const AppendTransaction& transaction);
  Status AppendState(const AppendTransaction& transaction);
  Result<Outcome> Settle(const std::string& marker, Error cause);
  Result<std::int64_t> AskOutcome(const std::string& marker, const std::string& cancelled);
  Status KnowMarker();
  Error Lost();
  Status RefreshMemory();

  RedisWriterOptions options_;
  Clock& clock_;
  RedisConnection connection_;
  std::string lease_key_;              ///< Without a lease: the marker's.
  std::string marker_key_;             ///< Holds the name of the last transaction.
  std::optional<std::string> marker_;  ///< What it must hold; empty before the first use.
  RedisCommands commands_;             ///< Kept for its memory.
  double memory_share_ = 0;
  std::optional<std::chrono::steady_clock::time_point> memory_seen_;
};

Error RedisStreamWriter::Lost() {
  connection_.Drop();  // It watches keys.
  if (IsFenced()) options_.lease->MarkLost();
  return StoppingError();
}

/// Whatever was written last before us is where we begin.
Status RedisStreamWriter::KnowMarker() {
  if (marker_ || !IsFenced()) return Ok();
  const auto reply = connection_.Run({"GET", marker_key_});
  if (!reply) return reply.error();
  marker_ = std::string(reply->value().text());
  return Ok();
}

/// From here on the transaction fails if the lease or the marker change. Both must be what they
/// should be: a marker that is not what we left there means that Redis has forgotten writes of
/// ours, and its cursors with them.
Status RedisStreamWriter::Begin(const std::optional<ExpectedState>& expected) {
  if (IsFenced() && options_.lease->lost().stop_requested()) return StoppingError();
  if (auto status = KnowMarker(); !status) return status;
  // A key is watched twice for want of another.
  const std::string third = expected ? connection_.Key(expected->key) : marker_key_;
  RedisCommands commands;
  commands.Add({"WATCH", lease_key_, marker_key_, third});
  commands.Add({"MGET", lease_key_, marker_key_, third});
  const auto replies = connection_.Run(commands);
  if (!replies) return replies.error();
  if (auto error = FirstError(*replies)) return std::move(*error);
  const RedisValue values = replies->back().value();
  const bool is_ours =
      !IsFenced() || (values[0].text() == options_.lease->token() && values[1].text() == *marker_);
  if (!is_ours) return Lost();
  if (!expected || values[2].text() == expected->value) return Ok();
  connection_.Drop();  // It watches keys.
  return StoppingError();
}

/// The page as one transaction; see redis_page_script.h.
void RedisStreamWriter::AddPage(const AppendTransaction& transaction, const std::string& marker) {
  const std::string& prefix = options_.redis.key_prefix;
  const auto counts = EntryCounts(prefix, transaction);
  const RedisCommands state = StateCommands(prefix, transaction);
  const std::string note = marker_key_ + ":page";

  commands_.Clear();
  commands_.Add({"MULTI"});
  commands_.Begin(4 + counts.size()).Argument("EVAL").Argument(kBeginPage);
  commands_.Argument(1 + counts.size()).Argument(note);
  for (const auto& [stream, count] : counts) commands_.Argument(stream);
  AddEntries(commands_, prefix, transaction);
  commands_.Begin(7 + 2 * counts.size() + state.arguments()).Argument("EVAL");
  commands_.Argument(kEndOfPage);
  commands_.Argument(2 + counts.size()).Argument(marker_key_).Argument(note);
  for (const auto& [stream, count] : counts) commands_.Argument(stream);
  commands_.Argument(marker).Argument(IsFenced() ? "" : kToolMarkerTtl);
  for (const auto& [stream, count] : counts) commands_.Argument(count);
  commands_.Arguments(state);
  commands_.Add({"EXEC"});
}

Result<RedisStreamWriter::Outcome> RedisStreamWriter::Commit(const AppendTransaction& transaction) {
  const std::string marker = RandomToken();
  AddPage(transaction, marker);
  const auto replies = connection_.RunWatched(commands_);
  if (!replies && !connection_.sent_nothing()) return Settle(marker, replies.error());
  if (!replies) return replies.error();
  if (std::any_of(replies->begin(), replies->end(), [](const RedisReply& reply) {
        return reply.value().IsError() && RedisErrorCode(reply.value().text()) == "MOVED";
      })) {
    return Outcome::kAgain;  // Another node has our slot now; nothing was done here.
  }
  if (auto error = FirstError(*replies)) return std::move(*error);
  const RedisValue results = replies->back().value();
  if (results.IsNil()) return Outcome::kAgain;
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (!results[i].IsError()) continue;
    return ClassifyRedisError(results[i].text()).WithContext("nothing of a page was kept");
  }
  const auto done = results[results.size() - 1].integer();
  if (done == 4) return NotPending();
  if (done != 1) {
    return TransientError("Redis: nothing of a page was kept, because not all of it was taken");
  }
  marker_ = marker;
  return Outcome::kApplied;
}

Result<std::int64_t> RedisStreamWriter::AskOutcome(const std::string& marker,
                                                   const std::string& cancelled) {
  const std::string token = IsFenced() ? options_.lease->token() : "";
  const auto reply = connection_.Run({"EVAL",
                                      kSettle,
                                      "2",
                                      marker_key_,
                                      lease_key_,
                                      marker,
                                      cancelled,
                                      token,
                                      marker_.value_or(""),
                                      kToolMarkerTtl});
  if (!reply) return reply.error();
  return reply->value().integer();
}

/// The connection died and nobody knows whether the transaction was applied.
Result<RedisStreamWriter::Outcome> RedisStreamWriter::Settle(const std::string& marker,
                                                             Error cause) {
  const std::string cancelled = RandomToken();
  while (true) {
    const auto outcome = AskOutcome(marker, cancelled);
    if (outcome && *outcome == 0) return Lost();
    if (outcome) {
      marker_ = *outcome == 1 ? marker : cancelled;
      if (*outcome == 1) return Outcome::kApplied;
      return std::move(cause).WithContext("nothing was written");
    }
    if (options_.on_away) options_.on_away(outcome.error(), kAskAgain);
    if (outcome.error().kind != ErrorKind::kTransient) return outcome.error();
    if (options_.stop.stop_requested()) return StoppingError();
    clock_.SleepFor(kAskAgain, options_.stop);
  }
}

/// State alone, which Redis takes even when it is full.
Status RedisStreamWriter::AppendState(const AppendTransaction& transaction) {
  if (IsFenced() && options_.lease->lost().stop_requested()) return StoppingError();
  if (auto status = KnowMarker(); !status) return status;
  const RedisCommands state = StateCommands(options_.redis.key_prefix, transaction);
  const std::string marker = RandomToken();
  const auto& expected = transaction.expected;
  RedisCommands command;
  command.Begin(13 + state.arguments()).Argument("EVAL");
  command.Argument(kStateAlone).Argument("4");
  command.Argument(marker_key_).Argument(marker_key_ + ":page").Argument(lease_key_);
  command.Argument(expected ? connection_.Key(expected->key) : marker_key_);
  command.Argument(IsFenced() ? options_.lease->token() : "").Argument(marker_.value_or(""));
  command.Argument(expected ? "1" : "0").Argument(expected ? expected->value : "");
  command.Argument(marker).Argument(IsFenced() ? "" : kToolMarkerTtl).Arguments(state);
  const auto replies = connection_.Run(command);
  if (!replies && !connection_.sent_nothing()) {
    const auto outcome = Settle(marker, replies.error());
    return outcome ? Ok() : Status(outcome.error());
  }
  if (!replies) return replies.error();
  if (auto error = FirstError(*replies)) return std::move(*error);
  const auto done = replies->front().value().integer();
  if (done == 2) return Lost();
  if (done == 3) return StoppingError();
  if (done == 4) return NotPending();
  marker_ = marker;
  return Ok();
}

Status RedisStreamWriter::Append(const AppendTransaction& transaction) {
  const bool has_page = !EntryCounts(options_.redis.key_prefix, transaction).empty();
  return has_page ? AppendPage(transaction) : AppendState(transaction);
}

Status RedisStreamWriter::AppendPage(const AppendTransaction& transaction) {
  for (int attempt = 0; attempt < kMaxAttempts; ++attempt) {
    if (auto status = Begin(transaction.expected); !status) return status;
    const auto outcome = Commit(transaction);
    if (!outcome) return outcome.error();
    if (*outcome == Outcome::kApplied) return Ok();
  }
  return TransientError("Redis: the lease changes all the time");
}

Result<std::optional<std::string>> RedisStreamWriter::State(const std::string& key) {
  // The marker first: what is read after it belongs to it or is newer.
  if (auto status = KnowMarker(); !status) return std::move(status).error();
  const auto reply = connection_.Run({"GET", connection_.Key(key)});
  if (!reply) return reply.error();
  if (reply->value().IsNil()) return std::optional<std::string>();
  return std::optional(std::string(reply->value().text()));
}

Result<StateFields> RedisStreamWriter::Fields(const std::string& key) {
  if (auto status = KnowMarker(); !status) return std::move(status).error();
  return ReadFields(connection_, key);
}

Result<std::vector<std::optional<CachedRecord>>> RedisStreamWriter::Cached(
    std::string_view kind, std::span<const std::string> names) {
  if (auto status = KnowMarker(); !status) return std::move(status).error();
  return ReadCache(connection_, kind, names);
}

Status RedisStreamWriter::RefreshMemory() {
  const auto now = SteadyNow();
  if (memory_seen_ && now - *memory_seen_ < kMemoryInterval) return Ok();
  const auto reply = connection_.Run({"INFO", "memory"});
  if (!reply) return reply.error();
  const RedisInfo info(reply->value().text());
  const auto limit = static_cast<double>(info.Number("maxmemory"));
  memory_share_ = limit > 0 ? static_cast<double>(info.Number("used_memory")) / limit : 0;
  memory_seen_ = now;
  return Ok();
}

Result<StreamLoad> RedisStreamWriter::Load(const StreamName& name) {
  if (auto status = RefreshMemory(); !status) return std::move(status).error();
  const auto stream = ReadStream(connection_, connection_.Key(name.value()));
  if (!stream) return stream.error();
  return StreamLoad{
      .backlog = stream->Behind(), .memory_share = memory_share_, .added = stream->added};
}

}  // namespace

Result<std::unique_ptr<StreamWriter>> OpenRedisStreamWriter(RedisWriterOptions options,
                                                            Clock& clock) {
  if (auto status = CheckRedisOptions(options.redis); !status) return std::move(status).error();
  return std::unique_ptr<StreamWriter>(new RedisStreamWriter(std::move(options), clock));
}

}  // namespace polyhouse
