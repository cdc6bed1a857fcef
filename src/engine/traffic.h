#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <utility>

namespace polyhouse::engine {

/// What all who come in by one door may take together.
struct TrafficLimits {
  std::size_t requests = 0;        ///< In flight.
  std::size_t queries = 0;         ///< At once.
  std::uint64_t memory_bytes = 0;  ///< Of those queries that say how much they need.
};

/// Bounds requests in flight and queries at once, and knows when all is quiet. Each door has its
/// own, so that the clients of one cannot take the places of the other. Thread-safe.
class Traffic {
 public:
  /// Leave to run one query; given back when destroyed.
  class Ticket {
   public:
    Ticket() = default;
    Ticket(Traffic* traffic, std::uint64_t memory) : traffic_(traffic), memory_(memory) {}
    Ticket(Ticket&& other) noexcept
        : traffic_(std::exchange(other.traffic_, nullptr)), memory_(other.memory_) {}
    Ticket& operator=(Ticket&& other) noexcept {
      std::swap(traffic_, other.traffic_);
      std::swap(memory_, other.memory_);
      return *this;
    }
    ~Ticket() {
      if (traffic_ != nullptr) traffic_->EndQuery(memory_);
    }
    explicit operator bool() const { return traffic_ != nullptr; }

   private:
    Traffic* traffic_ = nullptr;
    std::uint64_t memory_ = 0;
  };

  /// What becomes of a request that comes in.
  enum class Admission { kAdmitted, kTooMany, kStopping };

  explicit Traffic(TrafficLimits limits)
      : most_requests_(limits.requests),
        free_queries_(limits.queries),
        free_memory_(limits.memory_bytes) {}

  /// Waits for a free place, and for so much memory; the ticket is empty when there was none in
  /// time.
  Ticket AdmitQuery(std::chrono::milliseconds patience, std::uint64_t memory);

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
  bool is_stopping() const;
  /// True when no request is in flight any more, false when that has not come in time.
  bool WaitUntilQuiet(std::chrono::milliseconds patience);

 private:
  Admission BeginRequest();
  void EndRequest();
  void EndQuery(std::uint64_t memory);

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  const std::size_t most_requests_;
  std::size_t free_queries_;
  std::uint64_t free_memory_;
  std::size_t requests_ = 0;
  bool stopping_ = false;
};

}  // namespace polyhouse::engine
