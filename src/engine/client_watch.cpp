#include "engine/client_watch.h"

#include <poll.h>
#include <sys/socket.h>

#include <chrono>

namespace polyhouse::engine {
namespace {

/// How often clients are looked at while queries run.
constexpr std::chrono::milliseconds kInterval{200};

bool HasGone(ClientSocket client) {
  const bool half_is_enough = client.kind == ClientSocket::Kind::kTcp;
  pollfd state{client.descriptor, static_cast<short>(half_is_enough ? POLLRDHUP : 0), 0};
  return poll(&state, 1, 0) > 0;  // POLLHUP and POLLERR are reported without being asked for.
}

}  // namespace

ClientWatch::ClientWatch(Tables& tables)
    : tables_(tables), thread_([this](std::stop_token stop) { Run(std::move(stop)); }) {}

ClientWatch::Watched ClientWatch::Watch(std::string tag, ClientSocket client) {
  const std::scoped_lock lock(mutex_);
  clients_[tag] = client;
  changed_.notify_all();
  return {this, std::move(tag)};
}

void ClientWatch::Forget(const std::string& tag) {
  const std::scoped_lock lock(mutex_);
  clients_.erase(tag);
}

void ClientWatch::EndAll() {
  const std::scoped_lock lock(mutex_);
  ending_all_ = true;
  changed_.notify_all();
}

void ClientWatch::HangUp() {
  const std::scoped_lock lock(mutex_);
  for (const auto& [tag, client] : clients_) shutdown(client.descriptor, SHUT_RDWR);
}

std::string ClientWatch::Abandoned() const {
  std::string list;
  for (const auto& [tag, client] : clients_) {
    if (!ending_all_ && !HasGone(client)) continue;
    list += (list.empty() ? "'" : ", '") + tag + "'";
  }
  return list;
}

/// Kills again in every round until a query is gone: one that has only just been admitted cannot be
/// killed yet.
void ClientWatch::Run(std::stop_token stop) {
  std::unique_lock lock(mutex_);
  while (changed_.wait(lock, stop, [this] { return !clients_.empty(); }) &&
         !stop.stop_requested()) {
    if (const std::string tags = Abandoned(); !tags.empty()) {
      lock.unlock();
      tables_.KillQueriesOf(tags);
      lock.lock();
    }
    const bool was_ending = ending_all_;
    changed_.wait_for(lock, stop, kInterval, [&] { return ending_all_ != was_ending; });
  }
}

}  // namespace polyhouse::engine
