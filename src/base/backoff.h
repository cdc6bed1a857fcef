#pragma once

#include <chrono>
#include <cstdint>
#include <random>

namespace polyhouse {

/// How long to wait between attempts: exponential, capped, with jitter.
struct BackoffPolicy {
  std::chrono::milliseconds base{250};
  std::chrono::milliseconds cap{30'000};
};

/// The wait before attempt number `attempt + 1`, where `attempt` counts the failures so far (from
/// 1). `jitter` is in [0, 1) and spreads the wait over the upper half of the exponential step, so
/// that many clients do not come back at the same moment. `asked` is what the peer asked for (zero:
/// nothing); it is never undercut.
std::chrono::milliseconds BackoffDelay(const BackoffPolicy& policy,
                                       std::uint32_t attempt,
                                       double jitter,
                                       std::chrono::milliseconds asked);

/// Where the jitter of waits comes from. Used from one thread.
class Jitter {
 public:
  explicit Jitter(std::uint64_t seed) : random_(static_cast<std::minstd_rand::result_type>(seed)) {}
  /// In [0, 1).
  double Next() { return std::generate_canonical<double, 24>(random_); }

 private:
  std::minstd_rand random_;
};

}  // namespace polyhouse
