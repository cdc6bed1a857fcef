#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace polyhouse {

/// Routes that share one limit.
enum class RouteGroup : std::uint8_t { kMarkets, kEvents, kClob };

/// The group's name in a spec, such as "markets".
std::string_view ToString(RouteGroup group);

/// The group of a path, empty when it has none. Listings and lookups belong together.
std::optional<RouteGroup> GroupOf(std::string_view path);

/// So many requests in any window of so much time.
struct RateLimit {
  std::size_t requests = 0;
  std::chrono::seconds window{10};
};

using RateLimits = std::map<RouteGroup, RateLimit>;

/// Reads `markets=300/10,events=500/10`: requests and seconds; empty means no limits. kConfig names
/// what is valid.
Result<RateLimits> ParseRateLimits(std::string_view spec);

/// What happens to a request over the limit.
enum class RateMode : std::uint8_t {
  kDelay,             ///< It waits until there is room, behind those that wait already.
  kRefuse,            ///< It gets a 429 and does not count.
  kRefuseRetryAfter,  ///< As kRefuse, and it is told when to come again.
};

/// The mode of a name such as "delay", empty when there is none.
std::optional<RateMode> FindRateMode(std::string_view name);

/// When a request may be answered.
struct Admission {
  std::chrono::steady_clock::time_point at;
  bool is_over_limit = false;
  bool is_refused = false;
  std::optional<std::chrono::seconds> retry_after;
};

/// Lets requests through as the content network in front of the API does: over sliding windows, one
/// per group. Thread-safe.
class RateLimiter final {
 public:
  RateLimiter(RateLimits limits, RateMode mode) : limits_(std::move(limits)), mode_(mode) {}

  /// `now` never goes back. A delayed request has its place in the queue from here on.
  Admission Admit(RouteGroup group, std::chrono::steady_clock::time_point now);

 private:
  RateLimits limits_;
  RateMode mode_;
  std::mutex mutex_;
  /// When the latest requests were or will be let through, at most as many as the limit.
  std::map<RouteGroup, std::deque<std::chrono::steady_clock::time_point>> admitted_;
};

}  // namespace polyhouse
