#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chain/mined_transaction.h"
#include "chain/traded_markets.h"
#include "fair_mutex.h"
#include "world.h"

namespace polyhouse {

using BlockNumber = std::uint64_t;

/// The chain as it is at the start, and how it grows.
struct ChainOptions {
  std::uint64_t seed = 1;
  std::uint64_t fills = 0;                   ///< OrderFilled logs at the start; 0: never any.
  std::optional<std::uint64_t> fill_blocks;  ///< Blocks over which they are spread.
  std::uint32_t block_fills = 1;             ///< In each later block, about.
  std::uint32_t block_actions = 0;           ///< With tokens besides, in each block, about.
  std::uint32_t unlisted_tokens = 0;         ///< Markets traded that are in no listing.
  std::uint32_t planned_markets = 0;         ///< Markets that trade by plan alone.
  bool has_timestamps = true;                ///< Logs carry the time of their block.
};

/// The last block of the start; its time is the start of the world's clock.
inline constexpr BlockNumber kFirstHead = 90'000'000;
inline constexpr std::uint64_t kSecondsPerBlock = 2;
inline constexpr std::uint64_t kBlocksPerTick = 30;
inline constexpr BlockNumber kDeepestFinality = 16;  ///< Blocks that "finalized" stays behind.

/// Seconds since 1970.
std::uint64_t BlockTime(BlockNumber block);

struct BlockHeader {
  BlockNumber number = 0;
  EvmWord hash;
  EvmWord parent_hash;
  std::uint64_t time = 0;
};

/// A log in its place on the chain, as long as the visit lasts.
struct PlacedLog {
  const BlockHeader& block;
  const MinedTransaction& transaction;
  const TradedMarket& market;
  const MinedLog& log;
  std::uint32_t transaction_index = 0;
  std::uint32_t index = 0;  ///< In the block.
};

/// Where a fill stands on the chain; of fills in one block the greater one is the newer.
struct FillPlace {
  BlockNumber block = 0;
  std::uint64_t transaction = 0;  ///< In its block.
  std::uint64_t log = 0;          ///< In its transaction.
};

/// How often the plan of a market is on the chain.
struct PlannedRounds {
  TradedMarket market;
  std::int64_t of_v1 = 0;
  std::int64_t later = 0;
  std::map<std::uint64_t, std::int64_t> by_day;  ///< All of them, by days since 1970.
  std::uint64_t first = 0;                       ///< Seconds since 1970; meaningless without any.
  std::uint64_t last = 0;
};

struct ChainState {
  BlockNumber first = 0;  ///< The first block that can have fills.
  BlockNumber head = 0;
  std::uint64_t fills = 0;
  std::uint64_t transactions = 0;
  std::uint64_t reorganisations = 0;
};

/// A Polygon chain on which the exchanges fill orders: sixteen bytes per transaction, everything
/// else made on demand. The same options and the same changes give the same bytes. Thread-safe.
class SimulatedChain final {
 public:
  SimulatedChain(const ChainOptions& options, const Rows& markets);

  /// A minute passes; `created` are markets of `rows` that may be new.
  void Tick(const Rows& rows, const std::vector<RowNumber>& created);
  void Mine(std::uint64_t blocks);
  /// Replaces the last blocks, at most those that can have fills; the number replaced.
  std::uint64_t Reorganise(std::uint64_t depth);

  ChainState State() const;
  bool HasTimestamps() const { return options_.has_timestamps; }
  /// Empty for a block that is not there yet.
  std::optional<BlockHeader> Header(BlockNumber block) const;
  /// The block of a hash, when it is on the chain.
  std::optional<BlockNumber> BlockOf(const EvmWord& hash) const;

  /// Shows the logs of these blocks in order, until `visit` says false. Blocks that are not there
  /// have none.
  using Visit = std::function<bool(const PlacedLog&)>;
  void VisitLogs(BlockNumber from, BlockNumber to, const Visit& visit) const;
  /// Shows the fills before a place, the newest first, until `visit` says false: those of markets
  /// with one of these conditions, or all when none are named. The index in the block is not told.
  using VisitFill = std::function<bool(const PlacedLog&, const FillPlace&)>;
  void VisitFillsBackwards(const FillPlace& before,
                           const std::vector<std::string>& conditions,
                           const VisitFill& visit) const;
  /// The rounds of all planned markets up to a block.
  std::vector<PlannedRounds> CountRounds(BlockNumber to) const;

 private:
  struct Block {
    std::uint32_t transactions_before = 0;
    std::uint32_t incarnation = 0;
  };

  void FillFirstBlocks();
  /// How many fills a block of the start gets, so that they come out even in the end.
  std::uint64_t QuotaOf(std::uint64_t place, std::uint64_t blocks) const;
  void FillHugeBlock(Generation generation);
  Generation GenerationAt(std::uint64_t place, std::uint64_t blocks) const;
  void AddBlock();
  void MineBlock();
  /// A transaction of at most so many fills, which never leaves one alone.
  MinedTransaction Draft(Generation generation, std::uint64_t most_fills);
  /// A round of a plan in place of an ordinary transaction; empty when it does not fit.
  std::optional<MinedTransaction> DraftPlanned(std::uint64_t number,
                                               Generation generation,
                                               std::uint64_t most_fills) const;
  void SetKind(MinedTransaction& transaction, std::uint64_t number, Dice& dice) const;
  void Add(const MinedTransaction& transaction);
  /// What becomes of the transactions of replaced blocks.
  std::vector<std::vector<MinedTransaction>> Reshuffle(std::uint64_t depth);

  BlockNumber Head() const { return first_ + blocks_.size() - 1; }
  std::uint32_t IncarnationOf(BlockNumber block) const;
  EvmWord HashOf(BlockNumber block) const;
  BlockHeader HeaderOf(BlockNumber block) const;
  /// The transactions of a block that can have some: first and last plus one.
  std::pair<std::size_t, std::size_t> TransactionsOf(BlockNumber block) const;
  bool VisitBlock(BlockNumber block, const Visit& visit) const;
  /// The actions of a block, whose logs begin at this index: they follow from its hash.
  bool VisitActions(const BlockHeader& header, std::uint32_t index, const Visit& visit) const;
  bool VisitBlockBackwards(BlockNumber block,
                           const FillPlace& before,
                           const std::vector<bool>& wanted,
                           const VisitFill& visit) const;

  ChainOptions options_;
  mutable FairSharedMutex mutex_;
  TradedMarkets markets_;
  std::uint64_t wallets_;
  BlockNumber first_;
  std::vector<Block> blocks_;
  std::vector<MinedTransaction> transactions_;
  std::uint32_t first_markets_ = 0;  ///< Those of the start: actions are with their tokens.
  std::uint64_t fills_ = 0;
  std::uint64_t drafted_ = 0;  ///< Transactions ever made.
  std::uint32_t reorganisations_ = 0;
};

}  // namespace polyhouse
