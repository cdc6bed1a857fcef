#include "adapters/redis/redis_groups.h"

#include <algorithm>

#include "adapters/redis/redis_entry.h"
#include "adapters/redis/redis_error.h"
#include "adapters/redis/redis_id_script.h"
#include "adapters/redis/redis_row_script.h"

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

/// How many more rows than entries the stream holds, then, in the order of its groups, how many of
/// these from the first entry on that the group still needs.
constexpr const char* kExtraRows = R"(
local index = KEYS[1] .. ':rows'
local oldest = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)[1]
if not oldest then return {0} end
local total = extra_upto(index, '+')
local extra = {total - extra_before(index, oldest[1])}
for _, group in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
  local needed = first_needed(KEYS[1], group)
  if needed and before(needed, oldest[1]) then needed = oldest[1] end
  extra[#extra + 1] = needed and total - extra_before(index, needed) or 0
end
return extra)";

/// Of a stream with entries of several rows.
Status AddExtraRows(RedisConnection& connection, const std::string& key, RedisStream& stream) {
  const auto extra = connection.Run(
      {"EVAL", std::string(kIdFunctions) + kGroupFunctions + kRowFunctions + kExtraRows, "1", key});
  if (!extra) return extra.error();
  const RedisValue counts = extra->value();
  stream.extra_rows = counts[0].Count();
  for (std::size_t i = 0; i < stream.groups.size(); ++i) {
    RedisGroup& group = stream.groups[i];
    if (group.rows > 0) group.rows += counts[i + 1].Count();
  }
  return Ok();
}

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
  commands.Add({"EXISTS", key + ":rows"});
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
                     .last = ParseEntryId(about.Field("last-generated-id").text())};
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
  // Else an entry is a row.
  for (RedisGroup& group : stream.groups) group.rows = group.pending + group.undelivered;
  if ((*replies)[3].value().integer() == 0) return stream;
  if (auto status = AddExtraRows(connection, key, stream); !status) {
    return std::move(status).error();
  }
  return stream;
}

}  // namespace polyhouse
