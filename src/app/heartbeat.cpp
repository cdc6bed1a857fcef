#include "app/heartbeat.h"

#include <condition_variable>
#include <mutex>

namespace polyhouse {
namespace {

constexpr std::chrono::seconds kInterval{2};

void Beat(PresenceStore& store,
          const std::string& role,
          const std::function<std::string()>& doing,
          const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any woken;
  std::unique_lock lock(mutex);
  while (!stop.stop_requested()) {
    (void)store.Leave(role, PresenceStore::Sign::kAlive, doing());
    woken.wait_for(lock, stop, kInterval, [] { return false; });
  }
  (void)store.Leave(role, PresenceStore::Sign::kEnded, doing());
}

}  // namespace

Heartbeat::Heartbeat(std::unique_ptr<PresenceStore> store,
                     std::string role,
                     std::function<std::string()> doing)
    : thread_([store = std::move(store), role = std::move(role), doing = std::move(doing)](
                  const std::stop_token& stop) { Beat(*store, role, doing, stop); }) {}

}  // namespace polyhouse
