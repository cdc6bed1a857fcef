#pragma once

#include <cstddef>
#include <string>

namespace polyhouse {

/// How often roles are killed in a scenario that has this share of all kills: CHAOS_KILLS, or 200.
std::size_t Kills(double share);

/// A line of the table in docs/reliability.md.
struct ChaosResult {
  std::size_t kills = 0;
  std::string served, stored, missing, dead_letters;
  double seconds = 0;
};

/// Has the running test's line printed when all tests have ended.
void Report(ChaosResult result);

}  // namespace polyhouse
