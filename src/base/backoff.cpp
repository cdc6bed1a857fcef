#include "base/backoff.h"

#include <algorithm>
#include <cmath>

namespace polyhouse {

std::chrono::milliseconds BackoffDelay(const BackoffPolicy& policy,
                                       std::uint32_t attempt,
                                       double jitter,
                                       std::chrono::milliseconds asked) {
  const double exponent = std::min<double>(attempt == 0 ? 0 : attempt - 1, 30);
  const double step = std::min(static_cast<double>(policy.base.count()) * std::exp2(exponent),
                               static_cast<double>(policy.cap.count()));
  const std::chrono::milliseconds own(std::llround(step * (0.5 + 0.5 * jitter)));
  return std::max(own, asked);
}

}  // namespace polyhouse
