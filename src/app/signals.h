#pragma once

#include <atomic>
#include <stop_token>
#include <thread>

namespace polyhouse {

/// Turns SIGTERM and SIGINT into a stop request. A second SIGINT ends the process at once. Make it
/// before any other thread, so that all of them inherit the blocked signals.
class Signals {
 public:
  Signals();

  std::stop_token stop_token() const { return stop_.get_token(); }
  bool interrupted() const { return interrupted_; }

 private:
  void Wait(std::stop_token done);

  std::stop_source stop_;
  std::atomic<bool> interrupted_ = false;
  std::jthread waiter_;
};

}  // namespace polyhouse
