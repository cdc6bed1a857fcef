#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>

#include "fault_plan.h"
#include "response.h"

namespace polyhouse {

/// The answer to a client that asks too often; it is told when to come again or not.
Response TooManyRequests(std::optional<std::chrono::seconds> retry_after);

/// Replaces or maims whole responses. Thread-safe.
class Misbehaviour final {
 public:
  /// What a client gets in place of the right response, for faults that are not inside a page.
  Response Apply(Response response, FaultKind kind);

 private:
  std::atomic<std::uint64_t> truncations_ = 0;
};

}  // namespace polyhouse
