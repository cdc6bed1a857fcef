#pragma once

#include <stop_token>

#include "app/doctor/checkup.h"
#include "app/environment.h"

namespace polyhouse {

/// The database: whether it answers, its version and clock, and whether its tables are those of
/// this program. The built-in one is reached through the engine that runs, or one of our own.
Checkups CheckDatabase(const Environment& environment, const std::stop_token& stop);

}  // namespace polyhouse
