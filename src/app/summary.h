#pragma once

#include <chrono>
#include <string>

#include "telemetry/pipeline_events.h"

namespace polyhouse {

/// The last words of a run, for a person: rows per table, requests, retries, dead letters, seconds,
/// rows per second.
std::string Summary(const telemetry::Counts& counts, std::chrono::milliseconds elapsed);

}  // namespace polyhouse
