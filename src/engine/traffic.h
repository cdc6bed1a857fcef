#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <utility>

namespace polyhouse::engine {

/// Bounds requests in flight and queries at once, and knows when all is quiet. Thread-safe.
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

  /// What becomes of a request that comes in.
  enum class Admission { kAdmitted, kTooMany, kStopping };

  Traffic(std::size_t most_requests, std::size_t most_queries)
      : most_requests_(most_requests), free_queries_(most_queries) {}

  /// Waits for a free place; the ticket is empty when there was none in time.
  Ticket AdmitQuery(std::chrono::milliseconds patience);

  /// Counts a request in, if it is admitted, as long as it lives.
  class Visit {
   public:
    explicit Visit(Traffic& traffic) : traffic_(traffic), admission_(traffic.BeginRequest()) {}
    Visit(const Visit&) = delete;
    Visit& operator=(const Visit&) = delete;
    ~Visit() {
      if (admission_ == Admission::kAdmitted) traffic_.EndRequest();
    }
    Admission admission() const { return admission_; }

   private:
    Traffic& traffic_;
    Admission admission_;
  };

  /// Takes no more requests from now on.
  void Stop();
  /// True when no request is in flight any more, false when that has not come in time.
  bool WaitUntilQuiet(std::chrono::milliseconds patience);

 private:
  Admission BeginRequest();
  void EndRequest();
  void EndQuery();

  std::mutex mutex_;
  std::condition_variable changed_;
  const std::size_t most_requests_;
  std::size_t free_queries_;
  std::size_t requests_ = 0;
  bool stopping_ = false;
};

}  // namespace polyhouse::engine
