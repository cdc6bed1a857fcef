#pragma once

#include <memory>

#include "population.h"
#include "world.h"

namespace polyhouse {

/// The two listings of a population, which outlives them.
std::unique_ptr<Rows> MakeMarketRows(const Population& population);
std::unique_ptr<Rows> MakeEventRows(const Population& population);

}  // namespace polyhouse
