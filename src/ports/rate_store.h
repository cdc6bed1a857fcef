#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "base/result.h"

namespace polyhouse {

/// How fast slots of a bucket come.
struct SlotRate {
  std::chrono::microseconds interval{};  ///< Between two slots.
  std::uint32_t burst = 1;               ///< Slots that may be taken at once after a silence.
};

/// Token buckets that all processes share which use the same source: one that waits for its slot
/// before each request keeps the limit together with all others. Safe to use from any thread.
/// Errors: kTransient, kConfig.
class RateStore {
 public:
  virtual ~RateStore() = default;
  /// Takes the next free slot of the bucket and returns how long it is until then; zero: now.
  virtual Result<std::chrono::microseconds> TakeSlot(const std::string& bucket,
                                                     const SlotRate& rate) = 0;
  /// Nobody gets a slot of the bucket earlier than this from now.
  virtual Status HoldBack(const std::string& bucket, std::chrono::microseconds pause) = 0;
};

}  // namespace polyhouse
