#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "ports/presence_store.h"

namespace polyhouse {

/// Leaves a sign of life for a role (or a process) again and again, as long as it lives, and says
/// at its end that the role ends. A store that is away for a while is no reason to stop: others see
/// the silence.
class Heartbeat {
 public:
  /// A role that was silent for longer does not live.
  static constexpr std::chrono::seconds kSilence{10};

  /// `doing` says what the role has done; it is called from another thread.
  Heartbeat(std::unique_ptr<PresenceStore> store,
            std::string role,
            std::function<std::string()> doing,
            std::chrono::milliseconds interval = std::chrono::seconds(2));

 private:
  std::jthread thread_;
};

}  // namespace polyhouse
