#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "app/environment.h"
#include "app/wiring.h"
#include "telemetry/log.h"

namespace polyhouse {

struct PipelineOptions {
  std::vector<const IngestedListing*> listings{IngestedListings().begin(),
                                               IngestedListings().end()};
  RunMode mode = RunMode::kForever;
  /// Fills and trades too, where the settings name nodes of the chain.
  bool trades = false;
  /// Called when everything runs.
  std::function<void()> on_started{};
  /// Plays the role of an ingester in another way than RunIngester; empty: in that.
  std::function<Status(const IngestedListing&, Streams&, std::stop_token)> ingest{};
};

/// The roles of a whole pipeline in one process: an ingester for each listing and for fills, a
/// processor of each kind and the writers, with the tables made ready. Returns when the ingesters
/// have ended by themselves and what they read is stored, when `stop` was requested (what is in the
/// streams is written first, for Config::drain_time at most), or with the first failure.
Status RunPipeline(const PipelineOptions& options,
                   const Environment& environment,
                   telemetry::Log& log,
                   std::stop_token stop);

}  // namespace polyhouse
