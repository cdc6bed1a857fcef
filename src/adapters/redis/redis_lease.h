#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "adapters/redis/redis_options.h"
#include "base/clock.h"
#include "base/result.h"

namespace polyhouse {

struct RedisLeaseOptions {
  RedisOptions redis;
  std::string name;  ///< Of the role, such as "ingest-markets"; the key is `lease:<name>`.
  /// How long the lease lasts without being renewed: the time until a stand-by takes over from a
  /// process that died.
  std::chrono::milliseconds ttl{5'000};
  /// Called once by Acquire when somebody else holds the lease.
  std::function<void()> on_stand_by{};
  /// Called each time Redis cannot be reached, with the pause that follows; on any thread.
  std::function<void(const Error&, std::chrono::milliseconds)> on_away{};
};

// One process at a time plays a role. The lease says which: a key with a random token and a time to
// live that its holder renews. The time is not what protects the data: a holder that was paused for
// an hour and wakes up still believes it has the lease. So each write of a RedisStreamWriter proves
// inside Redis, in its own transaction, that the token is still there (docs/decisions/0007).

/// The right to play one role. `Acquire` once; then it is renewed on a thread of its own until it
/// is destroyed, which gives it back. Safe to use from any thread otherwise. `clock` must outlive
/// it.
class RedisLease {
 public:
  RedisLease(RedisLeaseOptions options, Clock& clock);
  ~RedisLease();
  RedisLease(const RedisLease&) = delete;
  RedisLease& operator=(const RedisLease&) = delete;

  /// Waits until the lease is ours. Errors: kStopping when `stop` came first, kConfig. While Redis
  /// is away it goes on trying.
  Status Acquire(std::stop_token stop);
  /// Requested when the lease is known to be lost: the role must end, and may be acquired anew by
  /// another lease object. That Redis cannot be reached is no loss: nobody can write meanwhile.
  std::stop_token lost() const;
  /// To be called by whoever finds that the token is gone.
  void MarkLost();

  const std::string& name() const;
  const std::string& token() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace polyhouse
