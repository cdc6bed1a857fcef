#pragma once

#include <mutex>
#include <shared_mutex>

namespace polyhouse {

/// A shared mutex that takes turns: whoever wants it alone gets it as soon as those who share it
/// now are done, however many more come. std::shared_mutex would let readers in for ever.
class FairSharedMutex final {
 public:
  void lock() {
    const std::lock_guard turn(turnstile_);
    mutex_.lock();
  }
  void unlock() { mutex_.unlock(); }
  void lock_shared() {
    const std::lock_guard turn(turnstile_);
    mutex_.lock_shared();
  }
  void unlock_shared() { mutex_.unlock_shared(); }

 private:
  std::mutex turnstile_;  ///< Held while waiting, so that later ones queue behind.
  std::shared_mutex mutex_;
};

}  // namespace polyhouse
