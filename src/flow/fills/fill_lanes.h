#pragma once

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string_view>

#include "flow/fills/chain_source.h"
#include "flow/fills/fill_store.h"
#include "flow/lane.h"
#include "telemetry/pipeline_events.h"

namespace polyhouse {

/// What a lane works with. The references must outlive it.
struct FillLaneTools {
  ChainSource& chain;  ///< Of this lane alone.
  FillStore& store;
  telemetry::PipelineEvents& events;
  std::uint64_t confirmations = 0;  ///< Blocks above one before it counts.
  std::uint64_t most_blocks = 1;    ///< To ask for at once.
};

/// Follows the head of the chain: everything above the newest block that was read, as soon as it is
/// confirmed. When the chain has replaced blocks that were read, it takes back what was stored of
/// them and reads them again.
std::unique_ptr<Lane> MakeLiveLane(const FillLaneTools& tools);

/// Reads what is wanted and not read, the newest first; several walk side by side.
std::unique_ptr<Lane> MakeFillBackfillLane(const FillLaneTools& tools);

/// The chain is another one than was read: takes back what was stored above the newest block on
/// which both agree, so that it is read again.
Status TakeBackReplaced(ChainSource& chain,
                        FillStore& store,
                        telemetry::PipelineEvents& events,
                        const std::stop_token& stop);

}  // namespace polyhouse
