#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <thread>

namespace polyhouse {

/// Tells when clients hang up while nobody reads from their connections. Thread-safe.
class ClientLeaves {
 public:
  ClientLeaves();

  /// Calls `on_leave` once, from a thread of its own, when the client has hung up. It must not call
  /// back here.
  void Watch(int descriptor, std::function<void()> on_leave);
  /// After it, `on_leave` is not called any more, nor is it under way.
  void Forget(int descriptor);

 private:
  void Run(const std::stop_token& stop);

  std::mutex mutex_;
  std::map<int, std::function<void()>> watched_;
  std::jthread thread_;  // Last: it uses everything above.
};

}  // namespace polyhouse
