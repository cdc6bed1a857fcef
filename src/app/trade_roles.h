#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "app/environment.h"
#include "app/streams.h"
#include "app/wiring.h"

namespace polyhouse {

/// The name of the role of the fills ingester, of which one process at a time works.
inline constexpr const char* kFillsRole = "ingest-fills";

/// And of the ingester of other actions with tokens.
inline constexpr const char* kActionsRole = "ingest-actions";

/// kConfig, with what to do, when these settings name no nodes of the chain.
Status CheckHasChain(const Config& config);

/// Plays the role of the fills ingester until it is done or stopped.
Status RunFillIngester(RunMode mode,
                       const Environment& environment,
                       Streams& streams,
                       std::stop_token stop);

/// Plays that of the ingester of actions.
Status RunActionIngester(RunMode mode,
                         const Environment& environment,
                         Streams& streams,
                         std::stop_token stop);

}  // namespace polyhouse
