#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "flow/fills/chain_source.h"
#include "flow/fills/fill_lanes.h"
#include "flow/fills/fill_store.h"
#include "flow/fills/first_block.h"
#include "flow/lane_crew.h"
#include "telemetry/pipeline_events.h"

namespace polyhouse {

/// The defaults of settings are in config/config.h.
struct FillIngesterOptions {
  bool once = false;  ///< Ends when everything up to the confirmed head is read.
  bool backfill = true;
  bool live = true;
  std::chrono::milliseconds live_interval{2'000};
  bool canary = true;
  std::chrono::milliseconds canary_interval{900'000};
  BlockPlace from;
  std::string
      from_setting;  ///< As the user wrote it: the block found for it is kept; empty: none is.
  std::optional<BlockPlace> to;  ///< Where the backfill ends; empty: at the newest block.
  std::uint64_t confirmations = 0;
  std::uint64_t most_blocks = 1;
  std::uint32_t walkers = 1;
  LaneRunnerOptions running;  ///< Backoff and limits; the rest is set here.
};

/// The chain for one lane, with connections of its own.
using ChainFactory = std::function<std::unique_ptr<ChainSource>()>;

/// Reads the fills of the exchanges from the chain into their stream: `backfill` what is wanted of
/// the past, `live` what comes. Where it was is kept beside the stream (FillStore).
class FillIngester {
 public:
  /// All references must outlive it.
  FillIngester(FillIngesterOptions options,
               ChainFactory chains,
               FillStore& store,
               telemetry::PipelineEvents& events,
               Clock& clock,
               std::uint64_t jitter_seed);

  /// Runs until it is done, stopped (success) or fails: kConfig, or kTransient when it gave up,
  /// which it does only with `once`. Ends with success, too, when its state was set back.
  Status Run(std::stop_token stop);

 private:
  /// Zero: never.
  std::chrono::milliseconds GiveUpAfter() const {
    return options_.once ? options_.running.give_up_after : std::chrono::milliseconds(0);
  }
  Status RunUntil(const std::stop_token& stop);
  /// Finds out what is wanted, and from where the head is followed.
  Status Prepare(const std::stop_token& stop);
  Result<std::uint64_t> FirstWanted(std::uint64_t newest,
                                    ChainSource& chain,
                                    const std::stop_token& stop);
  Status CheckTip(ChainSource& chain, const std::stop_token& stop);
  FillLaneTools NewTools();
  std::vector<LaneCrew::Job> Jobs();

  FillIngesterOptions options_;
  ChainFactory make_chain_;
  FillStore& store_;
  telemetry::PipelineEvents& events_;
  Clock& clock_;
  LaneCrew crew_;
  std::vector<std::unique_ptr<ChainSource>> chains_;  ///< One for each lane made so far.
};

}  // namespace polyhouse
