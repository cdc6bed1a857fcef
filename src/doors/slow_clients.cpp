#include "doors/slow_clients.h"

#include <sys/socket.h>

#include <algorithm>

#include "base/clock.h"

namespace polyhouse {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kInterval{200};

/// Whoever serves the connection sees its end and closes it. Then it is forgotten here: its
/// descriptor may soon be another's.
void Cut(int descriptor) {
  shutdown(descriptor, SHUT_RDWR);
}

}  // namespace

SlowClients::SlowClients(ClientPatience patience)
    : patience_(patience), thread_([this](std::stop_token stop) { Run(std::move(stop)); }) {}

void SlowClients::Opened(int descriptor) {
  const std::scoped_lock lock(mutex_);
  if (waits_.size() >= patience_.most_connections) CutLongestWaiting();
  const auto now = SteadyNow();
  waits_[descriptor] = {true, now, now + patience_.head};
  changed_.notify_all();
}

void SlowClients::Closed(int descriptor) {
  const std::scoped_lock lock(mutex_);
  waits_.erase(descriptor);
}

void SlowClients::AwaitBody(int descriptor) {
  Await(descriptor, patience_.body);
}

void SlowClients::Work(int descriptor) {
  const std::scoped_lock lock(mutex_);
  const auto found = waits_.find(descriptor);
  if (found == waits_.end() || !found->second.waiting) return;
  found->second.waiting = false;
  found->second.work_began = SteadyNow();
}

void SlowClients::Took(int descriptor, std::size_t bytes) {
  const std::scoped_lock lock(mutex_);
  const auto found = waits_.find(descriptor);
  if (found == waits_.end()) return;
  Wait& wait = found->second;
  const auto now = SteadyNow();
  if (!wait.waiting) wait.deadline += now - wait.work_began;
  // What was earned is kept, but no more than a whole patience ahead.
  wait.deadline = std::min(wait.deadline + TimeFor(bytes), now + patience_.body + TimeFor(bytes));
  wait.waiting = true;
  wait.heard = now;
}

void SlowClients::AwaitReading(int descriptor, std::size_t bytes) {
  Await(descriptor, patience_.body + TimeFor(bytes));
}

void SlowClients::AwaitNext(int descriptor) {
  Await(descriptor, patience_.silence);
}

void SlowClients::Await(int descriptor, milliseconds time) {
  const std::scoped_lock lock(mutex_);
  const auto found = waits_.find(descriptor);
  const auto now = SteadyNow();
  if (found != waits_.end()) found->second = {true, now, now + time};
}

milliseconds SlowClients::TimeFor(std::size_t bytes) const {
  return milliseconds(bytes * 1000 / patience_.bytes_per_second);
}

void SlowClients::CutLongestWaiting() {
  auto longest = waits_.end();
  for (auto at = waits_.begin(); at != waits_.end(); ++at) {
    if (!at->second.waiting) continue;
    if (longest == waits_.end() || at->second.since < longest->second.since) longest = at;
  }
  if (longest == waits_.end()) return;
  Cut(longest->first);
  waits_.erase(longest);
}

void SlowClients::CutSilent(milliseconds time) {
  const std::scoped_lock lock(mutex_);
  CutIf([since = SteadyNow() - time](const Wait& wait) { return wait.heard < since; });
}

void SlowClients::CutIf(const std::function<bool(const Wait&)>& is_enough) {
  for (auto at = waits_.begin(); at != waits_.end();) {
    const bool cut = at->second.waiting && is_enough(at->second);
    if (cut) Cut(at->first);
    at = cut ? waits_.erase(at) : std::next(at);
  }
}

void SlowClients::Run(std::stop_token stop) {
  std::unique_lock lock(mutex_);
  // At a stop, wait() tells whether there is something to watch, not that it waited.
  while (changed_.wait(lock, stop, [this] { return !waits_.empty(); }) && !stop.stop_requested()) {
    CutIf([now = SteadyNow()](const Wait& wait) { return wait.deadline < now; });
    changed_.wait_for(lock, stop, kInterval, [] { return false; });
  }
}

}  // namespace polyhouse
