#include "adapters/redis/redis_cache.h"

#include "adapters/redis/redis_error.h"

namespace polyhouse {
namespace {

std::optional<CachedRecord> ToRecord(const RedisValue& pairs) {
  if (pairs.size() == 0) return std::nullopt;
  CachedRecord record;
  for (std::size_t i = 0; i + 1 < pairs.size(); i += 2) {
    const auto field = pairs[i].text();
    if (field == "id") {
      record.id = pairs[i + 1].text();
    } else if (field == "version") {
      record.version = pairs[i + 1].Count();
    } else if (field == "since") {
      record.since = pairs[i + 1].Count();
    } else {
      record.fields.emplace(field, pairs[i + 1].text());
    }
  }
  return record;
}

}  // namespace

Result<std::vector<std::optional<CachedRecord>>> ReadCache(RedisConnection& connection,
                                                           std::string_view kind,
                                                           std::span<const std::string> names) {
  std::vector<std::optional<CachedRecord>> records;
  if (names.empty()) return records;
  RedisCommands commands;
  for (const std::string& name : names) {
    commands.Add({"HGETALL", connection.Key(std::string(kind) + ":" + name)});
  }
  const auto replies = connection.Run(commands);
  if (!replies) return replies.error();
  if (auto error = FirstError(*replies)) return std::move(*error);
  records.reserve(names.size());
  for (const RedisReply& reply : *replies) records.push_back(ToRecord(reply.value()));
  return records;
}

}  // namespace polyhouse
