#pragma once

#include <chrono>
#include <stop_token>

namespace polyhouse {

/// A UTC time with the precision of every table: milliseconds since 1970-01-01. A stamp: it says
/// when something was, and is no measure of how long ago, because clocks are set.
using Timestamp = std::chrono::sys_time<std::chrono::milliseconds>;

/// A time of the steady clock, which is never set: for deadlines and durations. It means nothing to
/// another boot of the machine, and cannot be compared with a Timestamp.
using SteadyTime = std::chrono::steady_clock::time_point;

/// Time and sleep as inputs, so that tests need not wait. Safe to use from any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  /// The wall clock. It may jump when the machine's time is set.
  virtual Timestamp Now() = 0;
  virtual SteadyTime Steady() = 0;
  /// Returns when `until` has come or a stop is requested, whichever is first.
  virtual void SleepUntil(SteadyTime until, std::stop_token stop) = 0;
  void SleepFor(std::chrono::nanoseconds time, std::stop_token stop) {
    SleepUntil(Steady() + time, std::move(stop));
  }
};

/// The machine's own clock.
class SystemClock final : public Clock {
 public:
  Timestamp Now() override;
  SteadyTime Steady() override;
  void SleepUntil(SteadyTime until, std::stop_token stop) override;
};

/// What time it is for telling the age of a stamp that was kept, perhaps by another process: the
/// wall clock's, but never further on than the steady clock says since this was made. A wall clock
/// that jumps ahead makes nothing old. Safe to use from any thread; the clock must outlive it.
class AgeClock {
 public:
  explicit AgeClock(Clock& clock) : clock_(clock), wall_(clock.Now()), steady_(clock.Steady()) {}
  Timestamp Now() const;

 private:
  Clock& clock_;
  Timestamp wall_;
  SteadyTime steady_;
};

/// A point on the steady clock, for measuring how long something took.
SteadyTime SteadyNow();

}  // namespace polyhouse
