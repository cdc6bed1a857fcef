#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <vector>

#include "checks/findings.h"
#include "checks/table_answer.h"
#include "flow/fills/block_range.h"
#include "ports/stream_admin.h"

namespace polyhouse {

/// What the streams' store says of fills at one moment.
struct FillFacts {
  std::vector<BlockRange> read;        ///< Blocks, in rising order; empty: there are no fills.
  std::optional<std::uint64_t> first;  ///< The first block that is wanted, where it is known.
};

/// kConfig when the state is not readable.
Result<FillFacts> ReadFillFacts(StreamAdmin& admin);

/// Finds blocks of which the ledger has no range, ranges of which fills are missing in their table,
/// and fills without their trade, by the numbers of blocks; `again` becomes what must be read
/// again. To be called when everything that `facts` speaks of has been drained.
Status CheckFills(TableReader& tables,
                  const FillFacts& facts,
                  Findings& findings,
                  std::vector<BlockRange>& again,
                  std::stop_token stop);

}  // namespace polyhouse
