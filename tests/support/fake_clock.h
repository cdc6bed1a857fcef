#pragma once

#include <functional>
#include <mutex>
#include <vector>

#include "base/clock.h"

namespace polyhouse {

/// A clock that moves only when told to or slept on: a sleep returns at once, at its end. Safe to
/// use from any thread.
class FakeClock final : public Clock {
 public:
  explicit FakeClock(Timestamp now = Timestamp(std::chrono::milliseconds(1'700'000'000'000)))
      : now_(now) {}

  Timestamp Now() override {
    const std::lock_guard lock(mutex_);
    return std::chrono::floor<std::chrono::milliseconds>(now_);
  }
  SteadyTime Steady() override {
    const std::lock_guard lock(mutex_);
    return steady_;
  }

  void SleepUntil(SteadyTime until, std::stop_token stop) override {
    if (stop.stop_requested()) return;
    {
      const std::lock_guard lock(mutex_);
      const auto time = std::max(until - steady_, SteadyTime::duration(0));
      sleeps_.push_back(std::chrono::ceil<std::chrono::milliseconds>(time));
      Move(time);
    }
    // A copy, so that the callback may replace itself.
    if (const auto callback = on_sleep) callback();
  }

  void Advance(std::chrono::milliseconds by) {
    const std::lock_guard lock(mutex_);
    Move(by);
  }
  /// Somebody sets the machine's clock: `by` may be negative.
  void SetWallClock(std::chrono::milliseconds by) {
    const std::lock_guard lock(mutex_);
    now_ += by;
  }

  /// How long each sleep so far was.
  std::vector<std::chrono::milliseconds> sleeps() {
    const std::lock_guard lock(mutex_);
    return sleeps_;
  }

  /// Called after each sleep; set it before the clock is shared. This is where a test stops a loop.
  std::function<void()> on_sleep;

 private:
  void Move(std::chrono::nanoseconds by) {
    now_ += by;
    steady_ += by;
  }

  std::mutex mutex_;
  std::chrono::sys_time<std::chrono::nanoseconds> now_;
  SteadyTime steady_{std::chrono::hours(1)};
  std::vector<std::chrono::milliseconds> sleeps_;
};

}  // namespace polyhouse
