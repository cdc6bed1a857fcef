#pragma once

#include <chrono>
#include <stop_token>

namespace polyhouse {

/// A UTC time with the precision of every table: milliseconds since 1970-01-01.
using Timestamp = std::chrono::sys_time<std::chrono::milliseconds>;

/// Time and sleep as inputs, so that tests need not wait. Safe to use from any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  /// The wall clock. It may jump when the machine's time is set.
  virtual Timestamp Now() = 0;
  /// Returns when `until` has come or a stop is requested, whichever is first.
  virtual void SleepUntil(Timestamp until, std::stop_token stop) = 0;
};

/// The machine's own clock.
class SystemClock final : public Clock {
 public:
  Timestamp Now() override;
  void SleepUntil(Timestamp until, std::stop_token stop) override;
};

/// A point on the steady clock, for measuring how long something took.
std::chrono::steady_clock::time_point SteadyNow();

}  // namespace polyhouse
