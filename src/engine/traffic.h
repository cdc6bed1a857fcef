#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <utility>

namespace polyhouse {

/// Counts requests in flight, bounds queries at once, and knows when all is quiet. Thread-safe.
class Traffic {
 public:
  /// Leave to run one query; given back when destroyed.
  class Ticket {
   public:
    Ticket() = default;
    explicit Ticket(Traffic* traffic) : traffic_(traffic) {}
    Ticket(Ticket&& other) noexcept : traffic_(std::exchange(other.traffic_, nullptr)) {}
    Ticket& operator=(Ticket&& other) noexcept {
      std::swap(traffic_, other.traffic_);
      return *this;
    }
    ~Ticket() {
      if (traffic_ != nullptr) traffic_->EndQuery();
    }
    explicit operator bool() const { return traffic_ != nullptr; }

   private:
    Traffic* traffic_ = nullptr;
  };

  explicit Traffic(std::size_t most_queries) : free_queries_(most_queries) {}

  /// Waits for a free place; the ticket is empty when there was none in time.
  Ticket AdmitQuery(std::chrono::milliseconds patience);

  /// Counts a request in; false when the engine is stopping and takes no more.
  bool BeginRequest();
  void EndRequest();

  /// Takes no more requests from now on.
  void Stop();
  /// True when no request is in flight any more, false when that has not come in time.
  bool WaitUntilQuiet(std::chrono::milliseconds patience);

 private:
  void EndQuery();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t free_queries_;
  std::size_t requests_ = 0;
  bool stopping_ = false;
};

}  // namespace polyhouse
