#include <mutex>

#include "adapters/redis/redis_connection.h"
#include "adapters/redis/redis_streams.h"

namespace polyhouse {
namespace {

using std::chrono::microseconds;

/// A bucket's key holds the time up to which its slots are taken, by Redis' own clock, which all
/// processes share; a second one when that was written. That it was written later than now means
/// that Redis' clock was set back since: then it is forgotten. ARGV: interval, burst, pause, in
/// microseconds.
constexpr const char* kTake = R"(#!lua flags=allow-oom
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local taken = tonumber(redis.call('GET', KEYS[1]) or '0')
local written = tonumber(redis.call('GET', KEYS[2]) or '0')
if written > now or taken > now + 86400000000 then taken = now end
local interval, burst, pause = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local next
if pause > 0 then
  next = math.max(taken, now + pause)
else
  next = math.max(taken, now) + interval
end
redis.call('SET', KEYS[1], string.format('%.0f', next), 'PX', 86400000)
redis.call('SET', KEYS[2], string.format('%.0f', now), 'PX', 86400000)
return string.format('%.0f', math.max(0, next - interval * burst - now)))";

class RedisRateStore final : public RateStore {
 public:
  explicit RedisRateStore(RedisOptions options) : connection_(std::move(options)) {}

  Result<microseconds> TakeSlot(const std::string& bucket, const SlotRate& rate) override {
    return Run(bucket, rate, microseconds(0));
  }

  Status HoldBack(const std::string& bucket, microseconds pause) override {
    const auto done = Run(bucket, {}, pause);
    return done ? Ok() : Status(done.error());
  }

 private:
  Result<microseconds> Run(const std::string& bucket, const SlotRate& rate, microseconds pause) {
    const std::lock_guard lock(mutex_);
    const auto reply = connection_.Run({"EVAL",
                                        kTake,
                                        "2",
                                        connection_.Key("rate:" + bucket),
                                        connection_.Key("rate:" + bucket + ":written"),
                                        std::to_string(rate.interval.count()),
                                        std::to_string(rate.burst),
                                        std::to_string(pause.count())});
    if (!reply) return reply.error();
    return microseconds(reply->value().Count());
  }

  std::mutex mutex_;
  RedisConnection connection_;
};

}  // namespace

std::unique_ptr<RateStore> OpenRedisRateStore(RedisOptions options) {
  return std::make_unique<RedisRateStore>(std::move(options));
}

}  // namespace polyhouse
