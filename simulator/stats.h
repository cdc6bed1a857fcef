#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "fault_plan.h"

namespace polyhouse {

/// Counts what was asked and how it was answered. Thread-safe.
class Stats final {
 public:
  /// `route` is a template such as `/markets/{id}`; status 0 is a connection without an answer.
  void CountRequest(std::string_view route, unsigned status);
  void CountFault(FaultKind kind);

  /// `"requests":{…},"faults":{…}`, to stand in an object.
  std::string Json() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::map<unsigned, std::uint64_t>, std::less<>> requests_;
  std::map<FaultKind, std::uint64_t> faults_;
};

}  // namespace polyhouse
