#include "base/clock.h"

#include <condition_variable>
#include <mutex>

namespace polyhouse {

Timestamp SystemClock::Now() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

void SystemClock::SleepUntil(Timestamp until, std::stop_token stop) {
  std::mutex mutex;
  std::condition_variable_any wake;
  std::unique_lock lock(mutex);
  // A wait for a duration, not until a wall-clock time: a machine whose time is set back must not
  // sleep for the difference.
  wake.wait_for(lock, stop, until - Now(), [] { return false; });
}

std::chrono::steady_clock::time_point SteadyNow() {
  return std::chrono::steady_clock::now();
}

}  // namespace polyhouse
