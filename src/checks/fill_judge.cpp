#include "checks/fill_judge.h"

#include <algorithm>

namespace polyhouse {
namespace {

constexpr std::uint32_t kNobody = UINT32_MAX;

/// Of each block from the first one on, the range of the ledger that was read last.
class Owners {
 public:
  explicit Owners(const BlockFacts& facts) : begin_(facts.blocks.from) {
    std::uint64_t end = facts.blocks.to;
    for (const LedgerBlocks& each : facts.ledger) {
      if (each.range.from <= facts.blocks.to) end = std::max(end, each.range.to);
    }
    owners_.assign(end - begin_ + 1, kNobody);
    for (std::uint32_t i = 0; i < facts.ledger.size(); ++i) {
      const BlockRange& range = facts.ledger[i].range;
      for (auto block = std::max(begin_, range.from); block <= std::min(end, range.to); ++block) {
        owners_[block - begin_] = i;
      }
    }
  }

  std::uint32_t Of(std::uint64_t block) const {
    const bool is_inside = block >= begin_ && block - begin_ < owners_.size();
    return is_inside ? owners_[block - begin_] : kNobody;
  }
  bool HasAll(std::uint32_t owner, const BlockRange& range) const {
    for (std::uint64_t block = range.from; block <= range.to; ++block) {
      if (Of(block) != owner) return false;
    }
    return true;
  }

 private:
  std::uint64_t begin_;
  std::vector<std::uint32_t> owners_;
};

std::uint64_t RowsIn(const std::vector<BlockRows>& rows, const BlockRange& range) {
  auto at = std::lower_bound(rows.begin(), rows.end(), range.from, [](const auto& each, auto from) {
    return each.block < from;
  });
  std::uint64_t sum = 0;
  for (; at != rows.end() && at->block <= range.to; ++at) sum += at->rows;
  return sum;
}

void JudgeRange(const LedgerBlocks& known,
                const BlockFacts& facts,
                Findings& findings,
                std::vector<BlockRange>& again) {
  const std::string id = ToText(known.range);
  const std::string what = facts.of.what();
  const std::string rows_of = " " + what + " of blocks " + id;
  const std::string in_table = " are in " + std::string(facts.of.table);
  const std::uint64_t fills = facts.has_fills ? RowsIn(facts.fills, known.range) : known.fills;
  if (fills < known.fills) {
    findings.AddWrong({std::string(kLostRowFound),
                       what + "/" + id,
                       std::to_string(known.fills) + rows_of + " were read and stored, " +
                           std::to_string(fills) + in_table,
                       "ledger"});
    again.push_back(known.range);
    return;
  }
  if (fills > known.fills) {
    findings.AddNote({"more than was read",
                      what + "/" + id,
                      std::to_string(known.fills) + rows_of + " were read, " +
                          std::to_string(fills) + in_table + ": an import?",
                      "tables"});
  }
  if (!facts.of.has_trades) return;
  const std::uint64_t trades = RowsIn(facts.trades, known.range);
  if (trades >= fills) return;
  findings.AddWrong(
      {std::string(kLostTradeFound),
       "trades/" + id,
       "of " + std::to_string(fills) + rows_of + " there are " + std::to_string(trades) + " trades",
       "tables"});
  again.push_back(known.range);
}

/// Blocks that were read, and of which no range of the ledger knows.
void JudgeHoles(const Owners& owners,
                const BlockFacts& facts,
                Findings& findings,
                std::vector<BlockRange>& again) {
  for (const BlockRange& read : facts.read) {
    const std::uint64_t last = std::min(read.to, facts.blocks.to);
    for (auto block = std::max(read.from, facts.blocks.from); block <= last; ++block) {
      if (owners.Of(block) != kNobody) continue;
      BlockRange hole{block, block};
      while (hole.to < last && owners.Of(hole.to + 1) == kNobody) ++hole.to;
      block = hole.to;
      findings.AddWrong(
          {std::string(kHoleFound),
           facts.of.what() + "/" + ToText(hole),
           "blocks " + ToText(hole) + " are said to be read, and no range of the ledger has them",
           "ledger"});
      again.push_back(hole);
    }
  }
}

}  // namespace

void JudgeBlocks(const BlockFacts& facts, Findings& findings, std::vector<BlockRange>& again) {
  const Owners owners(facts);
  JudgeHoles(owners, facts, findings, again);
  for (std::uint32_t i = 0; i < facts.ledger.size(); ++i) {
    const BlockRange& range = facts.ledger[i].range;
    const bool is_judged_here = range.from >= facts.blocks.from && range.from <= facts.blocks.to;
    if (is_judged_here && owners.HasAll(i, range)) {
      JudgeRange(facts.ledger[i], facts, findings, again);
    }
  }
  std::sort(again.begin(), again.end(), [](const BlockRange& a, const BlockRange& b) {
    return a.from < b.from;
  });
}

}  // namespace polyhouse
