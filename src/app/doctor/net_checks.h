#pragma once

#include <functional>
#include <stop_token>
#include <vector>

#include "app/doctor/checkup.h"
#include "app/environment.h"

namespace polyhouse {

/// A part of the network that is asked by itself.
using NetCheck = std::function<Checkups(const std::stop_token&)>;

/// The APIs and nodes that the settings name, one each. A few requests, which no pace is kept for.
/// The environment must outlive them.
std::vector<NetCheck> NetChecks(const Environment& environment);

}  // namespace polyhouse
