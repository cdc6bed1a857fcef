#include "serve/client_leaves.h"

#include <poll.h>

#include <chrono>
#include <utility>
#include <vector>

#include "base/clock.h"

namespace polyhouse {
namespace {

constexpr std::chrono::milliseconds kPause{200};

}  // namespace

ClientLeaves::ClientLeaves() : thread_([this](const std::stop_token& stop) { Run(stop); }) {}

void ClientLeaves::Watch(int descriptor, std::function<void()> on_leave) {
  const std::lock_guard lock(mutex_);
  watched_[descriptor] = std::move(on_leave);
}

void ClientLeaves::Forget(int descriptor) {
  const std::lock_guard lock(mutex_);
  watched_.erase(descriptor);
}

void ClientLeaves::Run(const std::stop_token& stop) {
  SystemClock clock;
  std::vector<pollfd> polled;
  while (!stop.stop_requested()) {
    clock.SleepFor(kPause, stop);
    const std::lock_guard lock(mutex_);
    polled.clear();
    for (const auto& [descriptor, on_leave] : watched_) {
      polled.push_back({descriptor, POLLRDHUP, 0});
    }
    if (poll(polled.data(), polled.size(), 0) <= 0) continue;
    for (const pollfd& each : polled) {
      if ((each.revents & (POLLRDHUP | POLLHUP | POLLERR)) == 0) continue;
      const auto found = watched_.find(each.fd);
      const auto on_leave = std::move(found->second);
      watched_.erase(found);
      on_leave();
    }
  }
}

}  // namespace polyhouse
