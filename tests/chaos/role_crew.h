#pragma once

#include <memory>
#include <random>
#include <string>
#include <vector>

#include "support/polyhouse_program.h"

namespace polyhouse {

/// The processes of every role, kept running as a supervisor would, and killed at random.
class RoleCrew {
 public:
  /// Starts both ingesters, two writers and `serve`. `settings` are flags for all of them,
  /// `environment` "NAME=value".
  RoleCrew(const Polyhouse& polyhouse,
           const std::vector<std::string>& settings,
           std::vector<std::string> environment = {});

  /// Starts again what has ended. Fails the test when a role has ended by itself: none has a reason
  /// to.
  void Tend();
  enum class Victims { kAll, kWriters };
  /// Kills one with SIGKILL; which, `random` decides.
  void KillOne(std::minstd_rand& random, Victims victims);
  std::size_t kills() const { return kills_; }
  /// Asks all to end; fails the test when one does not end with 0.
  void Stop();

 private:
  struct Role {
    std::vector<std::string> command;
    std::unique_ptr<ChildProcess> process;
    bool killed = false;
  };

  std::vector<std::string> environment_;
  std::vector<Role> roles_;
  std::size_t kills_ = 0;
};

}  // namespace polyhouse
