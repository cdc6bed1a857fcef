#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "checks/findings.h"
#include "flow/fills/block_range.h"
#include "flow/fills/fill_store.h"

namespace polyhouse {

/// A range of blocks as the ledger has it.
struct LedgerBlocks {
  BlockRange range;
  std::uint64_t fills = 0;  ///< Or other rows, that were put into the stream.
};

/// How many rows there are of a block.
struct BlockRows {
  std::uint64_t block = 0;
  std::uint64_t rows = 0;
};

/// A table of what is read from the chain.
struct ChainTable {
  const IngesterNames& (*names)();
  std::string_view table;  ///< "order_fills"
  bool has_trades = true;  ///< A trade is made of each row.

  /// "fills"
  std::string what() const { return std::string(names().ingester); }
};

inline constexpr ChainTable kFillTable{&FillNames, "order_fills"};
inline constexpr ChainTable kActionTable{&ActionNames, "token_actions", false};

/// What the tables and the ledger say of some blocks.
struct BlockFacts {
  ChainTable of = kFillTable;
  BlockRange blocks;             ///< What is judged: ranges of the ledger that begin here.
  std::vector<BlockRange> read;  ///< What the ingester says that it has read.
  bool has_fills = true;  ///< Else fills are not kept, and the ledger's numbers stand for them.
  std::vector<LedgerBlocks> ledger;  ///< The oldest first; also those that reach in from outside.
  std::vector<BlockRows> fills;  ///< In the order of blocks, as far as the ledger's ranges reach.
  std::vector<BlockRows> trades;
};

/// Judges whether what was read is in the ledger and in the tables: a newer range stands for all
/// blocks of it, and an older one that is partly replaced is not counted. Adds to `again` what must
/// be read again, in rising order.
void JudgeBlocks(const BlockFacts& facts, Findings& findings, std::vector<BlockRange>& again);

}  // namespace polyhouse
