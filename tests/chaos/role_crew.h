#pragma once

#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "support/polyhouse_program.h"

namespace polyhouse {

/// The arguments of the processes that keep listings in tables: both ingesters, two writers,
/// `serve`.
std::vector<std::vector<std::string>> ListingRoles();

/// The processes of every role, kept running as a supervisor would, and killed at random.
class RoleCrew {
 public:
  struct Options {
    std::vector<std::vector<std::string>> roles = ListingRoles();
    std::vector<std::string> settings;     ///< Flags for all of them.
    std::vector<std::string> environment;  ///< "NAME=value".
    /// Until the next is killed, at most.
    std::chrono::milliseconds pause{440};
  };

  /// Starts all of them.
  RoleCrew(const Polyhouse& polyhouse, Options options);

  /// Starts again what has ended. Fails the test when a role has ended by itself: none has a reason
  /// to.
  void Tend();
  enum class Victims { kAll, kWriters };
  /// Kills one with SIGKILL; which, `random` decides.
  void KillOne(std::minstd_rand& random, Victims victims);
  /// Kills one after the other at random moments, each followed by `then`, until so many were.
  void KillMany(std::minstd_rand& random,
                std::size_t kills,
                const std::function<void()>& then,
                Victims victims = Victims::kAll);
  std::size_t size() const { return roles_.size(); }
  std::size_t kills() const { return kills_; }
  /// Ends those that ingest, as Stop does, so that the others have an end to reach.
  void StopIngesters();
  /// Asks all to end; fails the test when one does not end with 0.
  void Stop();

 private:
  struct Role {
    bool ingests = false;
    std::vector<std::string> command;
    std::unique_ptr<ChildProcess> process;
    bool killed = false;
  };

  /// Ends these, all at once.
  static void End(std::vector<Role>& roles);

  std::vector<std::string> environment_;
  std::chrono::milliseconds pause_;
  std::vector<Role> roles_;
  std::size_t kills_ = 0;
};

}  // namespace polyhouse
