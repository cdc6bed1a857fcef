#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "ports/http_client.h"
#include "ports/rate_store.h"
#include "telemetry/pipeline_events.h"

namespace polyhouse {

/// The limit of one route of the API, and how it is kept.
struct PaceOptions {
  std::string bucket;            ///< Its name in the RateStore, such as "gamma/markets".
  std::uint64_t requests = 300;  ///< In each `window`; zero: there is no limit.
  std::chrono::milliseconds window{10'000};
  double share = 0.97;        ///< Of the limit that is used.
  std::uint32_t burst = 5;    ///< Requests at once after a silence.
  double slow_down = 0.5;     ///< The pace is multiplied by this when the API refuses.
  double recover = 0.05;      ///< Of the full pace that comes back each second without trouble.
  double least = 0.05;        ///< The pace never falls below this share of the full one.
  double latency_growth = 3;  ///< Slower by this than usual is trouble.
};

/// Keeps one route's limit for all lanes of a process, and with the RateStore for all processes. It
/// slows down when the API refuses (429, 403, 503) or answers ever more slowly, which is how it
/// shows that requests are queued there, and comes back by and by. Thread-safe.
class RequestPacer {
 public:
  /// All references must outlive it.
  RequestPacer(PaceOptions options,
               RateStore& store,
               telemetry::PipelineEvents& events,
               Clock& clock);

  /// Returns when the next request may be sent, or a stop was requested.
  void Wait(std::stop_token stop);
  /// To be told of each answer, and with status 0 when none came.
  void Note(int status,
            std::chrono::milliseconds latency,
            std::optional<std::chrono::milliseconds> retry_after);
  /// The part of the full pace that is used now, 0 to 1.
  double pace() const;

 private:
  std::chrono::microseconds OwnSlot(const SlotRate& rate);
  std::chrono::microseconds IntervalAt(double pace) const;
  bool IsSlow(std::chrono::milliseconds latency);
  void SlowDown(double factor, const std::string& why);

  const PaceOptions options_;
  RateStore& store_;
  telemetry::PipelineEvents& events_;
  Clock& clock_;
  mutable std::mutex mutex_;
  SteadyTime own_taken_{};  ///< Up to when slots are taken, without the store.
  double pace_ = 1;
  double usual_ms_ = 0;   ///< Of an answer; zero before the first.
  double recent_ms_ = 0;  ///< Of the last few.
  SteadyTime changed_{};  ///< When the pace was last looked at.
  SteadyTime slowed_{};   ///< When it was last taken back.
};

/// A client whose requests keep the pace. Both must outlive it.
std::unique_ptr<HttpClient> MakePacedHttpClient(HttpClient& http, RequestPacer& pacer);

}  // namespace polyhouse
