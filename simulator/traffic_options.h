#pragma once

#include <chrono>

#include "rate_limiter.h"

namespace polyhouse {

/// How requests get through to the world.
struct TrafficOptions {
  RateLimits rate_limits;
  RateMode rate_mode = RateMode::kDelay;
  std::chrono::seconds cdn{0};           ///< How long an answer is repeated; zero: never.
  std::chrono::milliseconds latency{0};  ///< Of every response, on top of any delay.
};

}  // namespace polyhouse
