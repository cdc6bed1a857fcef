#include "engine/traffic.h"

namespace polyhouse::engine {

Traffic::Ticket Traffic::AdmitQuery(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  if (!changed_.wait_for(lock, patience, [this] { return free_queries_ > 0; })) return {};
  --free_queries_;
  return Ticket(this);
}

void Traffic::EndQuery() {
  const std::scoped_lock lock(mutex_);
  ++free_queries_;
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

bool Traffic::WaitUntilQuiet(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, patience, [this] { return requests_ == 0; });
}

}  // namespace polyhouse::engine
