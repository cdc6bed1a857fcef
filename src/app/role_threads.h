#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/result.h"
#include "telemetry/pipeline_events.h"

namespace polyhouse {

/// Runs roles side by side, one thread each. When one fails, that is reported and remembered; the
/// others go on until they are told.
class RoleThreads {
 public:
  explicit RoleThreads(telemetry::PipelineEvents& events) : events_(events) {}

  void Add(std::string name, std::function<Status()> run);
  /// Waits until all have ended, one has failed, or `wait` is over; true when all have ended.
  bool WaitFor(std::chrono::milliseconds wait);
  std::optional<Error> failure() const;
  /// Joins all. They must have been told to end, or be about to.
  void Join() { threads_.clear(); }

 private:
  telemetry::PipelineEvents& events_;
  mutable std::mutex mutex_;
  std::condition_variable ended_;
  std::size_t running_ = 0;
  std::optional<Error> failure_;
  std::vector<std::jthread> threads_;
};

}  // namespace polyhouse
