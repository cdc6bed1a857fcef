#pragma once

#include <string>
#include <vector>

#include "chain/simulated_chain.h"
#include "world.h"

namespace polyhouse {

/// Appends what the trades of planned markets come to, as lines of NDJSON: of each market, each of
/// its days, each wallet's tokens and each wallet. `markets` says which of them are settled, and
/// how. Nothing here looks at a fill: it is the plan times its rounds.
void AppendPlannedAnswers(std::string& out,
                          const std::vector<PlannedRounds>& counted,
                          const Rows& markets);

}  // namespace polyhouse
