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

/// Removes what is too old. ARGV: how old that is.
constexpr const char* kForget = R"(#!lua flags=allow-oom
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local all = redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do
  local left = string.match(all[i + 1], '^(%d+) ')
  if not left or now - tonumber(left) >= tonumber(ARGV[1]) then
    redis.call('HDEL', KEYS[1], all[i])
  end
end
return 1)";

class RedisPresence final : public PresenceStore {
 public:
  RedisPresence(RedisOptions options, std::string key, std::chrono::milliseconds kept)
      : connection_(std::move(options)), key_(std::move(key)), kept_(kept) {}

  Status Leave(const std::string& role, Sign sign, const std::string& doing) override {
    if (!has_forgotten_) {
      const auto done = connection_.Run({"EVAL", kForget, "1", Key(), Kept()});
      if (!done) return done.error();
      has_forgotten_ = true;
    }
    const std::string value = (sign == Sign::kEnded ? "ended " : "alive ") + doing;
    const auto done = connection_.Run({"EVAL", kLeave, "1", Key(), role, value});
    return done ? Ok() : Status(done.error());
  }

  Result<std::vector<RolePresence>> All() override {
    const auto reply = connection_.Run({"EVAL", kAll, "1", Key(), Kept()});
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
  std::string Key() const { return connection_.Key(key_); }
  std::string Kept() const { return std::to_string(kept_.count()); }

  RedisConnection connection_;
  std::string key_;
  std::chrono::milliseconds kept_;
  bool has_forgotten_ = false;
};

}  // namespace

std::unique_ptr<PresenceStore> OpenRedisPresence(RedisOptions options,
                                                 std::string key,
                                                 std::chrono::milliseconds kept) {
  return std::make_unique<RedisPresence>(std::move(options), std::move(key), kept);
}

}  // namespace polyhouse
