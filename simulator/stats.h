#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

#include "fault_plan.h"

namespace polyhouse {

/// Counts what was asked and how it was answered. Thread-safe.
class Stats final {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  /// A request of a route, or of a group of routes, has come in; `now` is about now.
  void CountArrival(std::string_view route, TimePoint now);
  /// A request came in over the limit of its group.
  void CountOverLimit(std::string_view group);
  /// `route` is a template such as `/markets/{id}`; status 0 is a connection without an answer.
  void CountRequest(std::string_view route, unsigned status);
  void CountFault(FaultKind kind);
  /// A JSON-RPC method was called, alone or in a batch.
  void CountCall(std::string_view method);

  /// Starts to count again.
  void Reset();

  /// `"requests":{…},"faults":{…},…`, to stand in an object.
  std::string Json() const;

 private:
  /// The arrivals of the last ten seconds, and the most there ever were in as long.
  struct Window {
    std::deque<TimePoint> arrivals;
    std::size_t peak = 0;
  };

  mutable std::mutex mutex_;
  std::map<std::string, std::map<unsigned, std::uint64_t>, std::less<>> requests_;
  std::map<FaultKind, std::uint64_t> faults_;
  std::map<std::string, std::uint64_t, std::less<>> calls_;
  std::map<std::string, std::uint64_t, std::less<>> over_limit_;
  std::map<std::string, Window, std::less<>> windows_;
};

}  // namespace polyhouse
