#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

#include "base/clock.h"

namespace polyhouse {

/// Threads that do one piece of work each at a time; what comes while all are busy waits its turn,
/// but not for ever. Thread-safe.
class WorkPool {
 public:
  /// `late`: it has waited too long, and only says so.
  using Work = std::function<void(bool late)>;

  WorkPool(std::size_t threads, std::chrono::milliseconds patience);
  ~WorkPool() { Finish(); }
  WorkPool(const WorkPool&) = delete;
  WorkPool& operator=(const WorkPool&) = delete;

  /// After Finish the work is told at once that it is late.
  void Add(Work work);
  /// What waits is told that it is late; what is at work is waited for.
  void Finish();

 private:
  struct Waiting {
    SteadyTime since;
    Work work;
  };

  void Run(std::stop_token stop);
  /// Tells what has waited too long while all threads are busy.
  void TellLate(const std::stop_token& stop);

  const std::chrono::milliseconds patience_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<Waiting> waiting_;
  bool finished_ = false;
  std::jthread late_;
  std::vector<std::jthread> threads_;  // Last: they use everything above.
};

}  // namespace polyhouse
