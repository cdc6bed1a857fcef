#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>

#include "base/stop_request.h"

namespace polyhouse {

/// A stop token that is requested when another one is, or when some time is over.
class StopAfter {
 public:
  StopAfter(std::chrono::milliseconds time, const std::stop_token& other)
      : follow_(other, StopRequest{source_}), timer_([this, time](const std::stop_token& over) {
          std::unique_lock lock(mutex_);
          changed_.wait_for(lock, over, time, [] { return false; });
          if (!over.stop_requested()) source_.request_stop();
        }) {}

  std::stop_token token() const { return source_.get_token(); }

 private:
  std::stop_source source_;
  std::stop_callback<StopRequest> follow_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::jthread timer_;  // Last: it uses everything above.
};

}  // namespace polyhouse
