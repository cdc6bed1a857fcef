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
/// The name of the role of a trade processor; each consumer name is played by one at a time.
inline constexpr const char* kProcessTradesRole = "process-trades";

/// Plays the role of the fills ingester until it is done or stopped.
Status RunFillIngester(RunMode mode,
                       const Environment& environment,
                       Streams& streams,
                       std::stop_token stop);

/// Plays the role of a trade processor until it is stopped or has drained the stream of order
/// events. Any number share it.
Status RunTradeProcessor(const Environment& environment,
                         Streams& streams,
                         std::stop_token stop,
                         std::stop_token drain);

}  // namespace polyhouse
