#pragma once

#include <chrono>
#include <cstdint>
#include <stop_token>
#include <utility>

#include "base/backoff.h"
#include "base/clock.h"
#include "base/result.h"
#include "telemetry/pipeline_events.h"

namespace polyhouse {

struct RetrierOptions {
  telemetry::LaneName name{};  ///< For the log.
  BackoffPolicy backoff;
  /// When nothing has succeeded for this long it is given up; zero means never.
  std::chrono::milliseconds give_up_after{600'000};
};

/// Repeats what fails for a while, with growing pauses, as lanes do. Used from one thread.
class Retrier {
 public:
  /// The references must outlive it.
  Retrier(RetrierOptions options,
          telemetry::PipelineEvents& events,
          Clock& clock,
          std::uint64_t jitter_seed)
      : options_(options), events_(events), clock_(clock), jitter_(jitter_seed) {}

  /// The result of the first call of `operation` that is no kTransient error; or that error, after
  /// the time for giving up; or kStopping.
  template <class Operation>
  auto Do(Operation operation, const std::stop_token& stop) -> decltype(operation()) {
    const SteadyTime begin = clock_.Steady();
    for (std::uint32_t failures = 0;;) {
      if (stop.stop_requested()) return StoppingError();
      auto result = operation();
      if (result || result.error().kind != ErrorKind::kTransient) return result;
      if (HasWaitedTooLong(begin)) return result;
      PauseAfter(++failures, result.error(), stop);
    }
  }

 private:
  bool HasWaitedTooLong(SteadyTime begin) const;
  void PauseAfter(std::uint32_t failures, const Error& error, const std::stop_token& stop);

  RetrierOptions options_;
  telemetry::PipelineEvents& events_;
  Clock& clock_;
  Jitter jitter_;
};

}  // namespace polyhouse
