#include <algorithm>

#include "adapters/redis/redis_connection.h"
#include "adapters/redis/redis_streams.h"

namespace polyhouse {
namespace {

/// The key is a map of roles; a value is the time by Redis' own clock in milliseconds, "alive" or
/// "ended", and what was being done. ARGV: role, sign and doing.
constexpr const char* kLeave = R"(#!lua flags=allow-oom
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f ', now) .. ARGV[2])
return 1)";

/// A flat list of role, age in milliseconds, sign and doing. ARGV: how old is too old.
constexpr const char* kAll = R"(#!lua flags=allow-oom
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local all, answer = redis.call('HGETALL', KEYS[1]), {}
for i = 1, #all, 2 do
  local left, rest = string.match(all[i + 1], '^(%d+) (.*)$')
  local age = left and now - tonumber(left)
  -- A stamp from ahead says that the clock was set back, and nothing of who lives.
  if age and age > -2000 and age < tonumber(ARGV[1]) then
    age = math.max(0, age)
    answer[#answer + 1] = all[i]
    answer[#answer + 1] = string.format('%.0f', age)
    answer[#answer + 1] = rest
  end
end
return answer)";

class RedisPresence final : public PresenceStore {
 public:
  explicit RedisPresence(RedisOptions options) : connection_(std::move(options)) {}

  Status Leave(const std::string& role, Sign sign, const std::string& doing) override {
    const std::string value = (sign == Sign::kEnded ? "ended " : "alive ") + doing;
    const auto done =
        connection_.Run({"EVAL", kLeave, "1", connection_.Key("presence"), role, value});
    return done ? Ok() : Status(done.error());
  }

  Result<std::vector<RolePresence>> All() override {
    const auto kept = std::chrono::duration_cast<std::chrono::milliseconds>(kPresenceKept).count();
    const auto reply =
        connection_.Run({"EVAL", kAll, "1", connection_.Key("presence"), std::to_string(kept)});
    if (!reply) return reply.error();
    std::vector<RolePresence> roles;
    const RedisValue list = reply->value();
    for (std::size_t i = 0; i + 2 < list.size(); i += 3) {
      const auto rest = list[i + 2].text();
      roles.push_back({.role = std::string(list[i].text()),
                       .age = std::chrono::milliseconds(list[i + 1].Count()),
                       .has_ended = rest.starts_with("ended "),
                       .doing = std::string(rest.substr(std::min<std::size_t>(6, rest.size())))});
    }
    return roles;
  }

 private:
  RedisConnection connection_;
};

}  // namespace

std::unique_ptr<PresenceStore> OpenRedisPresence(RedisOptions options) {
  return std::make_unique<RedisPresence>(std::move(options));
}

}  // namespace polyhouse
