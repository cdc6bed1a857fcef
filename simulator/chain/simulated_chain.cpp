#include "chain/simulated_chain.h"

#include <algorithm>
#include <mutex>
#include <shared_mutex>

#include "chain/action_writer.h"
#include "chain/trading_plan.h"
#include "dice.h"
#include "population.h"

namespace polyhouse {
namespace {

constexpr std::uint64_t kTransactionPurpose = 0x7a4c;
constexpr std::uint64_t kBlockPurpose = 0xb10c;
constexpr std::uint64_t kQuotaPurpose = 0x9007a;
constexpr std::uint64_t kHashPurpose = 0x4a54;
constexpr std::uint64_t kActionPurpose = 0xac7;

constexpr std::uint64_t kFillsPerWallet = 20;
constexpr std::uint64_t kFewestWallets = 50;
constexpr std::uint64_t kFillsPerBlock = 20;
constexpr std::uint64_t kFewestBlocks = 100;

/// From so many fills on one block has this many logs.
constexpr std::uint64_t kFillsForHugeBlock = 20'000;
constexpr std::size_t kHugeBlockLogs = 3000;

/// One transaction in so many is a round of a plan, in a world that has some.
constexpr std::uint64_t kPlannedEvery = 4;

constexpr std::uint64_t kSecondsPerDay = 86'400;

constexpr std::uint64_t kMostMakers = 8;
/// Of one transaction: two matches.
constexpr std::uint64_t kMostFills = 2 * kMostMakers + 2;

/// Above all numbers of blocks.
constexpr std::uint64_t kIncarnationUnit = std::uint64_t{1} << 40U;

std::uint64_t FirstBlocks(const ChainOptions& options) {
  const std::uint64_t usual = std::max(kFewestBlocks, options.fills / kFillsPerBlock);
  return std::clamp<std::uint64_t>(options.fill_blocks.value_or(usual), 1, kFirstHead / 2);
}

std::uint8_t DrawMakers(Dice& dice) {
  const std::uint64_t draw = dice.Below(20);
  if (draw < 11) return 1;
  if (draw < 15) return 2;
  return static_cast<std::uint8_t>(3 + dice.Below(draw < 18 ? 2 : kMostMakers - 2));
}

}  // namespace

std::uint64_t BlockTime(BlockNumber block) {
  const auto start =
      std::chrono::duration_cast<std::chrono::seconds>(kWorldStart.time_since_epoch()).count();
  return static_cast<std::uint64_t>(start) + kSecondsPerBlock * block -
         kSecondsPerBlock * kFirstHead;
}

SimulatedChain::SimulatedChain(const ChainOptions& options, const Rows& markets)
    : options_(options),
      wallets_(std::max(kFewestWallets, options.fills / kFillsPerWallet)),
      first_(kFirstHead + 1 - FirstBlocks(options)) {
  if (options_.fills > 0) {
    markets_.AddSample(markets);
    markets_.Plan(options_.planned_markets);
    markets_.AddUnlisted(options_.seed, options_.unlisted_tokens);
  }
  first_markets_ = markets_.size();
  if (markets_.IsEmpty()) options_.fills = 0;
  FillFirstBlocks();
}

void SimulatedChain::FillFirstBlocks() {
  const std::uint64_t blocks = kFirstHead + 1 - first_;
  const std::uint64_t huge = options_.fills >= kFillsForHugeBlock ? blocks * 6 / 10 : blocks;
  blocks_.reserve(blocks);
  transactions_.reserve(options_.fills / 3);
  for (std::uint64_t place = 0; place < blocks; ++place) {
    AddBlock();
    const std::uint64_t quota = QuotaOf(place, blocks);
    const std::uint64_t end = fills_ + quota;
    while (fills_ < end) {
      Add(Draft(GenerationAt(place, blocks), options_.fills - fills_));
    }
    if (place == huge) FillHugeBlock(GenerationAt(place, blocks));
  }
}

std::uint64_t SimulatedChain::QuotaOf(std::uint64_t place, std::uint64_t blocks) const {
  const std::uint64_t left = options_.fills - fills_;
  if (place + 1 == blocks) return left;
  const std::uint64_t bits = Draw(Draw(options_.seed, kQuotaPurpose), place);
  const double mean = static_cast<double>(left) / static_cast<double>(blocks - place);
  const double quota = 2 * mean * Unit(bits) + Unit(Mix(bits));
  return std::min(left, static_cast<std::uint64_t>(quota));
}

void SimulatedChain::FillHugeBlock(Generation generation) {
  std::size_t logs = 0;
  while (logs < kHugeBlockLogs && fills_ + kMostFills < options_.fills) {
    const MinedTransaction transaction = Draft(generation, options_.fills - fills_);
    logs += Expand(transaction, markets_.At(transaction.market), wallets_).logs.size();
    Add(transaction);
  }
}

/// V1 for two fifths of the start, then V1 and V2 for a while, then V2; V3 joins in late.
Generation SimulatedChain::GenerationAt(std::uint64_t place, std::uint64_t blocks) const {
  const std::uint64_t overlap = std::max<std::uint64_t>(4, blocks / 50);
  const std::uint64_t bits = Draw(Draw(options_.seed, kBlockPurpose), drafted_);
  if (place < blocks * 2 / 5) return Generation::kV1;
  if (place < blocks * 2 / 5 + overlap) return bits % 2 == 0 ? Generation::kV1 : Generation::kV2;
  return place >= blocks * 7 / 10 && bits % 5 == 0 ? Generation::kV3 : Generation::kV2;
}

void SimulatedChain::AddBlock() {
  blocks_.push_back({static_cast<std::uint32_t>(transactions_.size()), reorganisations_});
}

void SimulatedChain::MineBlock() {
  AddBlock();
  if (options_.fills == 0) return;
  const std::uint64_t bits = Draw(Draw(options_.seed, kQuotaPurpose), Head());
  const std::uint64_t end = fills_ + bits % (2 * std::uint64_t{options_.block_fills} + 1);
  while (fills_ < end) {
    const bool is_v3 = Draw(bits, drafted_) % 5 == 0;
    Add(Draft(is_v3 ? Generation::kV3 : Generation::kV2, kMostFills));
  }
}

MinedTransaction SimulatedChain::Draft(Generation generation, std::uint64_t most_fills) {
  const std::uint64_t number = drafted_++;
  if (auto planned = DraftPlanned(number, generation, most_fills)) return *planned;
  MinedTransaction transaction;
  transaction.hash = Draw(Draw(options_.seed, kTransactionPurpose), number);
  Dice dice(~transaction.hash);
  std::optional<std::uint32_t> market = markets_.Choose(generation, dice);
  if (!market) {
    // A world may have markets of one protocol alone.
    generation = generation == Generation::kV3 ? Generation::kV2 : Generation::kV3;
    market = markets_.Choose(generation, dice);
  }
  transaction.market = market.value_or(0);
  transaction.contract = markets_.ContractOf(transaction.market, generation);
  transaction.makers = DrawMakers(dice);
  SetKind(transaction, number, dice);
  const std::uint64_t fills = FillsOf(transaction);
  if (fills == most_fills || fills + 1 < most_fills) {
    const bool is_foreign = transaction.kind == TransactionKind::kForeign;
    if (is_foreign) transaction.contract = ExchangeContract::kForeign;
    return transaction;
  }
  transaction.kind = TransactionKind::kComplementary;
  if (most_fills == 1) {
    transaction.kind = TransactionKind::kDirect;
    transaction.contract = markets_.ContractOf(transaction.market, Generation::kV1);
  }
  transaction.makers = static_cast<std::uint8_t>(most_fills > 3 ? most_fills - 3 : 1);
  if (most_fills == 3) transaction.makers = 2;
  return transaction;
}

std::optional<MinedTransaction> SimulatedChain::DraftPlanned(std::uint64_t number,
                                                             Generation generation,
                                                             std::uint64_t most_fills) const {
  const bool fits = kPlannedFills == most_fills || kPlannedFills + 1 < most_fills;
  if (number % kPlannedEvery != 0 || !fits) return std::nullopt;
  MinedTransaction transaction;
  transaction.hash = Draw(Draw(options_.seed, kTransactionPurpose), number);
  Dice dice(~transaction.hash);
  const std::optional<std::uint32_t> market = markets_.ChoosePlanned(generation, dice);
  if (!market) return std::nullopt;
  transaction.market = *market;
  transaction.contract = markets_.ContractOf(*market, generation);
  transaction.kind = TransactionKind::kPlanned;
  return transaction;
}

/// Rare kinds come once in so many transactions, so that short chains have each too.
void SimulatedChain::SetKind(MinedTransaction& transaction,
                             std::uint64_t number,
                             Dice& dice) const {
  const bool is_v1 = GenerationOf(transaction.contract) == Generation::kV1;
  transaction.kind =
      dice.Below(5) < 3 ? TransactionKind::kComplementary : TransactionKind::kCrossed;
  if (number % 8 == 3) {
    transaction.kind = TransactionKind::kMixed;
    transaction.makers = std::max<std::uint8_t>(transaction.makers, 2);
  } else if (number % 32 == 9) {
    transaction.kind = TransactionKind::kTwin;
    transaction.makers = std::max<std::uint8_t>(transaction.makers, 2);
  } else if (number % 32 == 21) {
    transaction.kind = TransactionKind::kDouble;
  } else if (is_v1 && number % 32 == 14) {
    transaction.kind = number % 128 == 46 ? TransactionKind::kSwap : TransactionKind::kDirect;
  } else if (number % 128 == 25 || number % 128 == 57) {
    transaction.kind =
        number % 128 == 25 ? TransactionKind::kZeroTokens : TransactionKind::kZeroCollateral;
    transaction.makers = 1;
  } else if (is_v1 && number % 32 == 5) {
    transaction.kind = TransactionKind::kRegistration;
  } else if (number % 32 == 30) {
    transaction.kind = TransactionKind::kForeign;
  }
}

void SimulatedChain::Add(const MinedTransaction& transaction) {
  transactions_.push_back(transaction);
  fills_ += FillsOf(transaction);
}

void SimulatedChain::Tick(const Rows& rows, const std::vector<RowNumber>& created) {
  const std::unique_lock lock(mutex_);
  if (options_.fills > 0) {
    for (const RowNumber row : created) markets_.Add(rows, row);
  }
  for (std::uint64_t i = 0; i < kBlocksPerTick; ++i) MineBlock();
}

void SimulatedChain::Mine(std::uint64_t blocks) {
  const std::unique_lock lock(mutex_);
  for (std::uint64_t i = 0; i < blocks; ++i) MineBlock();
}

std::uint64_t SimulatedChain::Reorganise(std::uint64_t depth) {
  const std::unique_lock lock(mutex_);
  depth = std::min<std::uint64_t>(depth, blocks_.size());
  if (depth == 0) return 0;
  ++reorganisations_;
  const auto blocks = Reshuffle(depth);
  for (std::size_t i = blocks_[blocks_.size() - depth].transactions_before;
       i < transactions_.size();
       ++i) {
    fills_ -= FillsOf(transactions_[i]);
  }
  transactions_.resize(blocks_[blocks_.size() - depth].transactions_before);
  blocks_.resize(blocks_.size() - depth);
  for (const auto& transactions : blocks) {
    AddBlock();
    for (const MinedTransaction& transaction : transactions) Add(transaction);
  }
  return depth;
}

std::vector<std::vector<MinedTransaction>> SimulatedChain::Reshuffle(std::uint64_t depth) {
  std::vector<std::vector<MinedTransaction>> after(depth);
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < depth; ++i) {
    const auto [begin, end] = TransactionsOf(Head() + 1 - depth + i);
    for (std::size_t at = begin; at < end; ++at) {
      const MinedTransaction& transaction = transactions_[at];
      const std::uint64_t fate = seen++ % 4;
      if (fate == 1) continue;  // dropped
      const std::size_t place = fate != 0 ? i : i + 1 < depth ? i + 1 : i > 0 ? i - 1 : i;
      after[place].push_back(transaction);
      if (fate != 2) continue;
      const Generation generation = GenerationOf(transaction.contract);
      after[i].insert(after[i].begin(), Draft(generation, kMostFills));
    }
  }
  return after;
}

ChainState SimulatedChain::State() const {
  const std::shared_lock lock(mutex_);
  return {first_, Head(), fills_, transactions_.size(), reorganisations_};
}

std::optional<BlockHeader> SimulatedChain::Header(BlockNumber block) const {
  const std::shared_lock lock(mutex_);
  if (block > Head()) return std::nullopt;
  return HeaderOf(block);
}

std::optional<BlockNumber> SimulatedChain::BlockOf(const EvmWord& hash) const {
  const std::shared_lock lock(mutex_);
  const BlockNumber block =
      (Unmix(hash.words[0]) ^ Draw(options_.seed, kHashPurpose)) & (kIncarnationUnit - 1);
  if (block > Head() || HashOf(block) != hash) return std::nullopt;
  return block;
}

std::uint32_t SimulatedChain::IncarnationOf(BlockNumber block) const {
  return block < first_ ? 0 : blocks_[block - first_].incarnation;
}

/// The number can be read back from it.
EvmWord SimulatedChain::HashOf(BlockNumber block) const {
  const std::uint64_t form = block + kIncarnationUnit * IncarnationOf(block);
  EvmWord hash = DrawnWord(Draw(options_.seed ^ kHashPurpose, form));
  hash.words[0] = Mix(form ^ Draw(options_.seed, kHashPurpose));
  return hash;
}

BlockHeader SimulatedChain::HeaderOf(BlockNumber block) const {
  return {block, HashOf(block), block == 0 ? EvmWord() : HashOf(block - 1), BlockTime(block)};
}

void SimulatedChain::VisitLogs(BlockNumber from, BlockNumber to, const Visit& visit) const {
  const std::shared_lock lock(mutex_);
  const BlockNumber end = std::min(to, Head());
  for (BlockNumber block = std::max(from, first_); block <= end; ++block) {
    if (!VisitBlock(block, visit)) return;
  }
}

void SimulatedChain::VisitFillsBackwards(const FillPlace& before,
                                         const std::vector<std::string>& conditions,
                                         const VisitFill& visit) const {
  const std::shared_lock lock(mutex_);
  const std::vector<bool> wanted = markets_.WithConditions(conditions);
  for (BlockNumber block = std::min(before.block, Head()); block >= first_; --block) {
    if (!VisitBlockBackwards(block, before, wanted, visit)) return;
  }
}

bool SimulatedChain::VisitBlockBackwards(BlockNumber block,
                                         const FillPlace& before,
                                         const std::vector<bool>& wanted,
                                         const VisitFill& visit) const {
  const auto [begin, end] = TransactionsOf(block);
  if (begin == end) return true;
  const BlockHeader header = HeaderOf(block);
  for (std::size_t at = end; at-- > begin;) {
    const MinedTransaction& transaction = transactions_[at];
    const std::uint64_t ordinal = at - begin;
    if (block == before.block && ordinal > before.transaction) continue;
    if (!wanted.empty() && !wanted[transaction.market]) continue;
    const TradedMarket& market = markets_.At(transaction.market);
    const ExpandedTransaction expanded = Expand(transaction, market, wallets_);
    for (std::size_t i = expanded.logs.size(); i-- > 0;) {
      const bool is_done =
          block == before.block && ordinal == before.transaction && i >= before.log;
      if (is_done || !expanded.logs[i].fill) continue;
      const PlacedLog placed{header, transaction, market, expanded.logs[i]};
      if (!visit(placed, {block, ordinal, i})) return false;
    }
  }
  return true;
}

std::vector<PlannedRounds> SimulatedChain::CountRounds(BlockNumber to) const {
  const std::shared_lock lock(mutex_);
  std::vector<PlannedRounds> counted;
  for (const std::uint32_t market : markets_.Planned()) {
    counted.emplace_back().market = markets_.At(market);
  }
  const BlockNumber end = counted.empty() ? 0 : std::min(to, Head());
  for (BlockNumber block = first_; block <= end; ++block) {
    const auto [begin, past] = TransactionsOf(block);
    for (std::size_t at = begin; at < past; ++at) {
      const MinedTransaction& transaction = transactions_[at];
      if (transaction.kind != TransactionKind::kPlanned) continue;
      PlannedRounds& rounds = counted[markets_.At(transaction.market).plan.value_or(0)];
      const bool is_v1 = GenerationOf(transaction.contract) == Generation::kV1;
      ++(is_v1 ? rounds.of_v1 : rounds.later);
      ++rounds.by_day[BlockTime(block) / kSecondsPerDay];
      rounds.last = BlockTime(block);
      if (rounds.of_v1 + rounds.later == 1) rounds.first = rounds.last;
    }
  }
  return counted;
}

std::pair<std::size_t, std::size_t> SimulatedChain::TransactionsOf(BlockNumber block) const {
  const std::size_t place = block - first_;
  const std::size_t end =
      place + 1 < blocks_.size() ? blocks_[place + 1].transactions_before : transactions_.size();
  return {blocks_[place].transactions_before, end};
}

bool SimulatedChain::VisitActions(const BlockHeader& header,
                                  std::uint32_t index,
                                  const Visit& visit) const {
  constexpr std::uint32_t kActionTransactions = 100'000;  // Behind all others.
  if (first_markets_ == 0) return true;
  bool goes_on = true;
  std::uint32_t transaction_index = kActionTransactions;
  ActionWriter writer(
      [&](const MinedTransaction& transaction, const TradedMarket& market, const MinedLog& log) {
        if (!goes_on) return;
        goes_on = visit({header, transaction, market, log, transaction_index++, index++});
      });
  // Each market of the start has its own block among the first.
  const std::uint64_t first_blocks = kFirstHead + 1 - first_;
  for (std::uint64_t i = header.number - first_; header.number <= kFirstHead && i < first_markets_;
       i += first_blocks) {
    const TradedMarket& market = markets_.At(static_cast<std::uint32_t>(i));
    if (!market.is_v2 && !market.question_id.empty()) {
      writer.Condition(market, Draw(options_.seed ^ kActionPurpose, i));
    }
  }
  Dice dice(header.hash.words[1] ^ kActionPurpose);
  for (std::uint64_t left = dice.Below(2 * std::uint64_t{options_.block_actions} + 1); left > 0;
       --left) {
    const TradedMarket& market =
        markets_.At(static_cast<std::uint32_t>(dice.Below(first_markets_)));
    const EvmWord wallet = WalletOf(dice.Below(wallets_));
    if (!market.is_v2) writer.Action(market, wallet, dice.Roll());
  }
  return goes_on;
}

bool SimulatedChain::VisitBlock(BlockNumber block, const Visit& visit) const {
  const auto [begin, end] = TransactionsOf(block);
  if (begin == end && options_.block_actions == 0) return true;
  const BlockHeader header = HeaderOf(block);
  std::uint32_t index = 0;
  for (std::size_t at = begin; at < end; ++at) {
    const MinedTransaction& transaction = transactions_[at];
    const TradedMarket& market = markets_.At(transaction.market);
    const ExpandedTransaction expanded = Expand(transaction, market, wallets_);
    const auto transaction_index =
        static_cast<std::uint32_t>((at - begin) * 3 + transaction.hash % 3);
    for (const MinedLog& log : expanded.logs) {
      const bool goes_on =
          visit({header, transaction, market, log, transaction_index, index + log.index});
      if (!goes_on) return false;
    }
    index += expanded.span;
  }
  return options_.block_actions == 0 || VisitActions(header, index, visit);
}

}  // namespace polyhouse
