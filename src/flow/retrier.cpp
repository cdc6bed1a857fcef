#include "flow/retrier.h"

namespace polyhouse {

bool Retrier::HasWaitedTooLong(SteadyTime begun) const {
  return policy_.give_up_after.count() > 0 && clock_.Steady() - begun >= policy_.give_up_after;
}

void Retrier::PauseAfter(std::uint32_t failures, const Error& error, const std::stop_token& stop) {
  const auto wait = BackoffDelay(policy_.backoff,
                                 failures,
                                 jitter_.Next(),
                                 error.retry_after.value_or(std::chrono::milliseconds(0)));
  report_(error, wait);
  clock_.SleepFor(wait, stop);
}

Error GaveUp(Error error, std::chrono::milliseconds after) {
  return std::move(error).WithContext("gave up after " + std::to_string(after.count() / 1000) +
                                      " s without success");
}

}  // namespace polyhouse
