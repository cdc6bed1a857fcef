#pragma once

#include <functional>
#include <string>

#include "app/commands/command.h"
#include "app/pipeline.h"

namespace polyhouse {

/// "95 s", "12 min" or "3.4 h".
std::string DurationText(double seconds);

/// Runs these roles until their backfills are done, with the settings that `adjust` changes, and
/// prints a summary.
ExitCode RunBackfill(PipelineOptions options,
                     const std::function<void(Config&)>& adjust,
                     CommandContext& context);

/// `backfill plan fills` and `backfill run fills`.
Command PlanFillsCommand();
Command RunFillsCommand();

}  // namespace polyhouse
