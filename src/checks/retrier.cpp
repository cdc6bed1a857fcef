#include "checks/retrier.h"

namespace polyhouse {

bool Retrier::HasWaitedTooLong(SteadyTime begin) const {
  return options_.give_up_after.count() > 0 && clock_.Steady() - begin >= options_.give_up_after;
}

void Retrier::PauseAfter(std::uint32_t failures, const Error& error, const std::stop_token& stop) {
  const auto wait = BackoffDelay(options_.backoff,
                                 failures,
                                 jitter_.Next(),
                                 error.retry_after.value_or(std::chrono::milliseconds(0)));
  events_.RequestRetried(options_.name, error, wait);
  clock_.SleepFor(wait, stop);
}

}  // namespace polyhouse
