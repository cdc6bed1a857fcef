#pragma once

#include <atomic>
#include <cstdint>

#include "fault_plan.h"
#include "response.h"

namespace polyhouse {

/// Replaces or maims whole responses. Thread-safe.
class Misbehaviour final {
 public:
  /// What a client gets in place of the right response, for faults that are not inside a page.
  Response Apply(Response response, FaultKind kind);

 private:
  std::atomic<std::uint64_t> truncations_ = 0;
};

}  // namespace polyhouse
