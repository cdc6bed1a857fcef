#include "engine/traffic.h"

namespace polyhouse::engine {

Traffic::Ticket Traffic::AdmitQuery(std::chrono::milliseconds patience, std::uint64_t memory) {
  const auto is_free = [&] { return free_queries_ > 0 && free_memory_ >= memory; };
  std::unique_lock lock(mutex_);
  if (!changed_.wait_for(lock, patience, is_free)) return {};
  --free_queries_;
  free_memory_ -= memory;
  return Ticket(this, memory);
}

void Traffic::EndQuery(std::uint64_t memory) {
  const std::scoped_lock lock(mutex_);
  ++free_queries_;
  free_memory_ += memory;
  changed_.notify_all();
}

Traffic::Admission Traffic::BeginRequest() {
  const std::scoped_lock lock(mutex_);
  if (stopping_) return Admission::kStopping;
  if (requests_ >= most_requests_) return Admission::kTooMany;
  ++requests_;
  return Admission::kAdmitted;
}

void Traffic::EndRequest() {
  const std::scoped_lock lock(mutex_);
  --requests_;
  changed_.notify_all();
}

void Traffic::Stop() {
  const std::scoped_lock lock(mutex_);
  stopping_ = true;
}

bool Traffic::is_stopping() const {
  const std::scoped_lock lock(mutex_);
  return stopping_;
}

bool Traffic::WaitUntilQuiet(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, patience, [this] { return requests_ == 0; });
}

}  // namespace polyhouse::engine
