#include "adapters/redis/redis_groups.h"

#include <algorithm>

#include "adapters/redis/redis_entry.h"
#include "adapters/redis/redis_error.h"

namespace polyhouse {
namespace {

/// How many entries come after an id.
constexpr const char* kCountAfter = R"(
local passed, from = 0, '-'
repeat
  local page = redis.call('XRANGE', KEYS[1], from, ARGV[1], 'COUNT', 1000)
  passed = passed + #page
  if #page > 0 then from = '(' .. page[#page][1] end
until #page < 1000
return redis.call('XLEN', KEYS[1]) - passed)";

Result<std::uint64_t> CountAfter(RedisConnection& connection,
                                 const std::string& key,
                                 std::string_view id) {
  const auto count = connection.Run({"EVAL", kCountAfter, "1", key, id});
  if (!count) return count.error();
  return static_cast<std::uint64_t>(std::max<std::int64_t>(count->value().integer(), 0));
}

}  // namespace

Result<RedisStream> ReadStream(RedisConnection& connection, const std::string& key) {
  RedisCommands commands;
  commands.Add({"XLEN", key});
  commands.Add({"XINFO", "GROUPS", key});
  commands.Add({"XINFO", "STREAM", key});
  const auto replies = connection.Run(commands);
  if (!replies) return replies.error();
  const RedisValue length = (*replies)[0].value();
  const RedisValue groups = (*replies)[1].value();
  const RedisValue about = (*replies)[2].value();
  if (length.IsError()) return ClassifyRedisError(length.text());
  // XINFO takes a missing stream for an error, with the code of all errors.
  if (about.IsError() && (length.integer() > 0 || RedisErrorCode(about.text()) != "ERR")) {
    return ClassifyRedisError(about.text());
  }
  RedisStream stream{.length = static_cast<std::uint64_t>(length.integer()),
                     // A stream that does not exist has got nothing.
                     .added = about.Field("entries-added").Count(),
                     .groups = {}};
  if (groups.IsError()) {
    if (stream.length == 0 && RedisErrorCode(groups.text()) == "ERR") return stream;
    return ClassifyRedisError(groups.text());
  }
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const RedisValue group = groups[i];
    const RedisValue lag = group.Field("lag");
    const auto last = group.Field("last-delivered-id").text();
    auto undelivered = static_cast<std::uint64_t>(lag.integer());
    if (!lag.IsInteger()) {
      const auto counted = CountAfter(connection, key, last);
      if (!counted) return counted.error();
      undelivered = *counted;
    }
    stream.groups.push_back(
        {.name = GroupName(std::string(group.Field("name").text())),
         .pending = static_cast<std::uint64_t>(group.Field("pending").integer()),
         .undelivered = std::min(undelivered, stream.length),
         .last_delivered = ParseEntryId(last)});
  }
  return stream;
}

}  // namespace polyhouse
