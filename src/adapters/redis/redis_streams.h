#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "adapters/redis/redis_lease.h"
#include "adapters/redis/redis_options.h"
#include "base/clock.h"
#include "base/result.h"
#include "ports/presence_store.h"
#include "ports/rate_store.h"
#include "ports/stream_admin.h"
#include "ports/stream_reader.h"
#include "ports/stream_writer.h"

namespace polyhouse {

// The streams of server mode: Redis 7 Streams under the names of docs/stream_format.md. When they
// misbehave, `redis-cli XINFO STREAM stream:markets FULL` shows everything, `GET
// lease:ingest-markets` who leads. Each object has a connection of its own, made on first use and
// made again after any failure: opening reaches for Redis but does not fail while it is away.

struct RedisWriterOptions {
  RedisOptions redis;
  /// Every append proves that it is held. Null: anybody may write; for tools. One writer a lease.
  RedisLease* lease = nullptr;
  /// Ends the wait for a server that went away in the middle of an append; see Append.
  std::stop_token stop{};
  /// Called while that wait lasts, with the pause that follows.
  std::function<void(const Error&, std::chrono::milliseconds)> on_away{};
};
/// Its Append never leaves its outcome open. When the connection dies before the reply, it goes on
/// asking until Redis says whether the transaction was applied, and makes sure that it cannot be
/// applied later; only `stop` ends that (kStopping). kStopping also when the lease is lost, or when
/// Redis has forgotten the last append (a replica without it was promoted): begin again from the
/// state in Redis. The lease and the clock must outlive the writer.
Result<std::unique_ptr<StreamWriter>> OpenRedisStreamWriter(RedisWriterOptions options,
                                                            Clock& clock);

struct RedisReaderOptions {
  RedisOptions redis;
  StreamName stream;
  GroupName group;
  ConsumerName consumer;
  /// Gives the last id that the group has stored and acknowledged, as it is kept beside the tables;
  /// asked when Redis does not know the group. Empty function or optional: the group begins at the
  /// first entry.
  std::function<Result<std::optional<EntryId>>()> committed{};
  /// Another consumer without pending entries that was silent for this long is removed.
  std::chrono::milliseconds reap_idle{86'400'000};
  /// The group was made, because it was not there, to begin after this id.
  std::function<void(const EntryId& position)> on_group_created{};
  /// As on_group_created, and the stream is not the one that had the position kept in `committed`:
  /// what was in that one is gone.
  std::function<void(const EntryId& committed)> on_position_lost{};
  /// Entries that were pending are gone from the stream (somebody trimmed it): their rows are lost.
  /// They are acknowledged when this succeeds, else it is called for them again later.
  std::function<Status(std::span<const EntryId>)> on_entries_lost{};
};
/// A read counts entries, because that is what Redis can do, and keeps to `ReadLimit::bytes` by the
/// size of the entries it has seen: it begins with one and at most doubles, so a read is longer
/// only when entries suddenly are. Everything that Redis delivers is returned, also when the
/// connection died before the reply had come: then the next read brings it.
Result<std::unique_ptr<StreamReader>> OpenRedisStreamReader(RedisReaderOptions options);

Result<std::unique_ptr<StreamAdmin>> OpenRedisStreamAdmin(RedisOptions options);

/// The buckets are the keys `rate:<bucket>`.
std::unique_ptr<RateStore> OpenRedisRateStore(RedisOptions options);

/// Signs of life are the fields of the map `key`, by role. Whoever leaves one removes those that
/// are older than `kept`.
std::unique_ptr<PresenceStore> OpenRedisPresence(RedisOptions options,
                                                 std::string key = "presence",
                                                 std::chrono::milliseconds kept = kPresenceKept);

}  // namespace polyhouse
