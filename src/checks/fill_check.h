#pragma once

#include <cstdint>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

#include "checks/fill_judge.h"
#include "checks/findings.h"
#include "checks/table_answer.h"
#include "flow/fills/block_range.h"

namespace polyhouse {

/// What the streams' store says of fills, or of actions, at one moment.
struct FillFacts {
  std::vector<BlockRange> read;  ///< Blocks, in rising order; empty: there are no fills.
  std::uint64_t unread = 0;      ///< Blocks from the first that is wanted to the last that is read.
  bool are_kept = true;  ///< In their table; else what was read is told by the trades alone.
  ChainTable of = kFillTable;
};

/// Of the states of StreamAdmin::States. kConfig when they are not readable.
Result<FillFacts> FillFactsOf(const std::map<std::string, std::string>& states,
                              const ChainTable& of = kFillTable);

/// Finds blocks of which the ledger has no range, ranges of which fills are missing in their table,
/// and fills without their trade, by the numbers of blocks; `again` becomes what must be read
/// again. To be called when everything that `facts` speaks of has been drained.
Status CheckFills(TableReader& tables,
                  const FillFacts& facts,
                  Findings& findings,
                  std::vector<BlockRange>& again,
                  std::stop_token stop);

}  // namespace polyhouse
