#include "app/role_threads.h"

namespace polyhouse {

void RoleThreads::Add(std::string name, std::function<Status()> run) {
  {
    const std::lock_guard lock(mutex_);
    ++running_;
  }
  threads_.emplace_back([this, name = std::move(name), run = std::move(run)] {
    const Status status = run();
    if (!status) events_.RoleFailed(name, status.error());
    const std::lock_guard lock(mutex_);
    --running_;
    if (!status && !failure_) failure_ = status.error();
    ended_.notify_all();
  });
}

bool RoleThreads::WaitFor(std::chrono::milliseconds wait) {
  std::unique_lock lock(mutex_);
  ended_.wait_for(lock, wait, [this] { return running_ == 0 || failure_; });
  return running_ == 0;
}

std::optional<Error> RoleThreads::failure() const {
  const std::lock_guard lock(mutex_);
  return failure_;
}

}  // namespace polyhouse
