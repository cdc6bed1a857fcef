#include "base/clock.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>

namespace polyhouse {

Timestamp SystemClock::Now() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

SteadyTime SystemClock::Steady() {
  return SteadyNow();
}

void SystemClock::SleepUntil(SteadyTime until, std::stop_token stop) {
  std::mutex mutex;
  std::condition_variable_any wake;
  std::unique_lock lock(mutex);
  wake.wait_until(lock, stop, until, [] { return false; });
}

Timestamp AgeClock::Now() const {
  const auto passed = std::chrono::floor<std::chrono::milliseconds>(clock_.Steady() - steady_);
  // A wall clock of milliseconds was rounded down.
  return std::min(clock_.Now(), wall_ + passed + std::chrono::milliseconds(1));
}

SteadyTime SteadyNow() {
  return std::chrono::steady_clock::now();
}

}  // namespace polyhouse
