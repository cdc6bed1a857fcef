#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <stop_token>

#include "base/backoff.h"
#include "base/clock.h"
#include "base/result.h"

namespace polyhouse {

struct RetryPolicy {
  BackoffPolicy backoff;
  /// When nothing has succeeded for this long it is given up; zero means never.
  std::chrono::milliseconds give_up_after{0};
};

/// Repeats what fails for a while, with growing pauses. Used from one thread.
class Retrier {
 public:
  /// Is told of each failure that is repeated after `wait`, for the log.
  using Report = std::function<void(const Error& error, std::chrono::milliseconds wait)>;
  /// Is told that what had failed does so no more.
  using Recovered = std::function<void()>;

  /// The clock must outlive it.
  Retrier(RetryPolicy policy,
          Report report,
          Clock& clock,
          std::uint64_t jitter_seed,
          Recovered recovered = {})
      : policy_(policy),
        report_(std::move(report)),
        recovered_(std::move(recovered)),
        clock_(clock),
        jitter_(jitter_seed) {}

  /// The result of the first call of `operation` that is no kTransient error; or that error, after
  /// the time for giving up; or kStopping, as soon as `stop` is requested.
  template <class Operation>
  auto Do(Operation operation, const std::stop_token& stop) -> decltype(operation()) {
    return DoWhile([](const Error&, std::uint32_t) { return true; }, operation, stop);
  }

  /// As Do; a kTransient error comes out, too, when `may_repeat` says no to it and to how often
  /// there was one.
  template <class MayRepeat, class Operation>
  auto DoWhile(MayRepeat may_repeat, Operation operation, const std::stop_token& stop)
      -> decltype(operation()) {
    const SteadyTime begun = clock_.Steady();
    for (std::uint32_t failures = 1;; ++failures) {
      if (stop.stop_requested()) return StoppingError();
      auto result = operation();
      if (result || result.error().kind != ErrorKind::kTransient) {
        if (failures > 1 && recovered_) recovered_();
        return result;
      }
      if (!may_repeat(result.error(), failures) || HasWaitedTooLong(begun)) return result;
      PauseAfter(failures, result.error(), stop);
    }
  }

 private:
  bool HasWaitedTooLong(SteadyTime begun) const;
  void PauseAfter(std::uint32_t failures, const Error& error, const std::stop_token& stop);

  RetryPolicy policy_;
  Report report_;
  Recovered recovered_;
  Clock& clock_;
  Jitter jitter_;
};

/// What is said of an error after which was given up.
Error GaveUp(Error error, std::chrono::milliseconds after);

/// For a person who waits: the result of the first of `times` calls of `operation` that is no
/// kTransient error, without a pause; or of the last.
template <class Operation>
auto TryTimes(int times, Operation operation, const std::stop_token& stop)
    -> decltype(operation()) {
  for (;; --times) {
    auto result = operation();
    const bool again = !result && result.error().kind == ErrorKind::kTransient && times > 1;
    if (!again || stop.stop_requested()) return result;
  }
}

}  // namespace polyhouse
