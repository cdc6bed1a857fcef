#include "app/heartbeat.h"

#include <condition_variable>
#include <mutex>

namespace polyhouse {
namespace {

void Beat(PresenceStore& store,
          const std::string& role,
          const std::function<std::string()>& doing,
          std::chrono::milliseconds interval,
          const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any woken;
  std::unique_lock lock(mutex);
  while (!stop.stop_requested()) {
    (void)store.Leave(role, PresenceStore::Sign::kAlive, doing());
    woken.wait_for(lock, stop, interval, [] { return false; });
  }
  (void)store.Leave(role, PresenceStore::Sign::kEnded, doing());
}

}  // namespace

Heartbeat::Heartbeat(std::unique_ptr<PresenceStore> store,
                     std::string role,
                     std::function<std::string()> doing,
                     std::chrono::milliseconds interval)
    : thread_(
          [store = std::move(store), role = std::move(role), doing = std::move(doing), interval](
              const std::stop_token& stop) { Beat(*store, role, doing, interval, stop); }) {}

}  // namespace polyhouse
