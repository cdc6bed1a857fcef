#pragma once

#include <string>

#include "app/status_facts.h"
#include "base/clock.h"

namespace polyhouse {

/// Everything that is known, as Prometheus reads it: what processes have counted, each value with
/// its process, and how far streams, tables and roles are.
std::string StatusMetrics(const StatusFacts& facts, Timestamp now);

/// Whether that could be looked at, and how old it is: all that is told when it could not.
std::string LookMetrics(bool could_look, Timestamp last, Timestamp now);

}  // namespace polyhouse
