#pragma once

#include <stop_token>

#include "app/doctor/checkup.h"
#include "app/environment.h"

namespace polyhouse {

/// Redis: its version, what it throws away, keeps and may take, its clock, its cluster.
Checkups CheckRedis(const Environment& environment);

/// What is in the streams' states: whether they can be read, what the canary found, which roles
/// live and keep up.
Checkups CheckStreams(const Environment& environment, const std::stop_token& stop);

}  // namespace polyhouse
