#include "adapters/redis/redis_lease.h"

#include <algorithm>
#include <thread>

#include "adapters/redis/redis_connection.h"
#include "base/random_token.h"

namespace polyhouse {
namespace {

// Scripts that must work when Redis is over its memory limit say so: else the writers, which are
// what frees memory, could not begin.

/// 1 when the lease is ours now; also when the reply to an earlier attempt was lost. One that lasts
/// longer than any can was taken before Redis' clock was set back: its end is brought near, and its
/// holder renews it if there is one.
constexpr const char* kAcquire = R"(#!lua flags=allow-oom
if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return 1 end
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  if redis.call('PTTL', KEYS[1]) > tonumber(ARGV[3]) then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
  return 0
end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1)";

constexpr const char* kRenew = R"(#!lua flags=allow-oom
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2]))";

constexpr const char* kRelease = R"(#!lua flags=allow-oom
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1]))";

/// No setting makes a lease last longer.
constexpr std::chrono::milliseconds kLongestLease{600'000};
/// How many times a lease is renewed in its life.
constexpr int kRenewals = 4;
/// A stand-by looks at least this often whether it may work.
constexpr std::chrono::milliseconds kStandByPause{500};

/// A server that hangs must be noticed while there is time for another attempt.
RedisOptions WithShortTimeouts(RedisOptions options, std::chrono::milliseconds ttl) {
  options.connect_timeout = std::min(options.connect_timeout, ttl / 2);
  options.command_timeout = std::min(options.command_timeout, ttl / 2);
  return options;
}

}  // namespace

struct RedisLease::State {
  State(RedisLeaseOptions the_options, Clock& the_clock)
      : options(std::move(the_options)),
        clock(the_clock),
        connection(WithShortTimeouts(options.redis, options.ttl)) {}

  /// Runs one of the scripts above.
  Result<bool> Run(const char* script) {
    const auto reply = connection.Run({"EVAL",
                                       script,
                                       "1",
                                       key,
                                       token,
                                       std::to_string(options.ttl.count()),
                                       std::to_string(kLongestLease.count())});
    if (!reply) return reply.error();
    return reply->value().integer() == 1;
  }
  std::chrono::milliseconds pause() const { return options.ttl / kRenewals; }
  std::chrono::milliseconds stand_by_pause() const { return std::min(pause(), kStandByPause); }
  void Renew(std::stop_token stop);

  RedisLeaseOptions options;
  Clock& clock;
  RedisConnection connection;  ///< Of Acquire first, then of the renewing thread, then of release.
  std::string key = connection.Key("lease:" + options.name);
  std::string token = RandomToken();
  std::stop_source lost;
  bool held = false;
  std::jthread renewing;
};

void RedisLease::State::Renew(std::stop_token stop) {
  while (true) {
    clock.SleepFor(pause(), stop);
    if (stop.stop_requested() || lost.stop_requested()) return;
    const auto renewed = Run(kRenew);
    if (renewed && !*renewed) lost.request_stop();
    // Nobody can write while Redis is away; whether the lease is still ours shows afterwards.
    if (!renewed && options.on_away) options.on_away(renewed.error(), pause());
  }
}

RedisLease::RedisLease(RedisLeaseOptions options, Clock& clock)
    : state_(std::make_unique<State>(std::move(options), clock)) {}

RedisLease::~RedisLease() {
  state_->renewing.request_stop();
  if (state_->renewing.joinable()) state_->renewing.join();
  // Should it fail, the lease ends by its time.
  if (state_->held) (void)state_->Run(kRelease).has_value();
}

Status RedisLease::Acquire(std::stop_token stop) {
  bool told = false;
  while (!stop.stop_requested()) {
    const auto acquired = state_->Run(kAcquire);
    if (!acquired && acquired.error().kind != ErrorKind::kTransient) return acquired.error();
    if (acquired && *acquired) {
      state_->held = true;
      state_->renewing = std::jthread(
          [state = state_.get()](std::stop_token done) { state->Renew(std::move(done)); });
      return Ok();
    }
    if (acquired && !std::exchange(told, true) && state_->options.on_stand_by) {
      state_->options.on_stand_by();
    }
    if (!acquired && state_->options.on_away) {
      state_->options.on_away(acquired.error(), state_->stand_by_pause());
    }
    state_->clock.SleepFor(state_->stand_by_pause(), stop);
  }
  return StoppingError();
}

std::stop_token RedisLease::lost() const {
  return state_->lost.get_token();
}

void RedisLease::MarkLost() {
  state_->lost.request_stop();
}

const std::string& RedisLease::name() const {
  return state_->options.name;
}

const std::string& RedisLease::token() const {
  return state_->token;
}

}  // namespace polyhouse
