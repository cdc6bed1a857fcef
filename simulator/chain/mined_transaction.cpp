#include "chain/mined_transaction.h"

#include <algorithm>
#include <cmath>

#include "chain/log_writer.h"
#include "chain/trading_plan.h"
#include "dice.h"

namespace polyhouse {
namespace {

constexpr std::string_view kExchangeCode = "0x6080604052348015600f57600080fd5b50";
constexpr std::string_view kSafeCode =
    "0x608060405273ffffffffffffffffffffffffffffffffffffffff600054167fa619486e";
constexpr std::string_view kProxyCode =
    "0x363d3d373d3d3d363d7344e999d5c2f66ef0861317f9a4805ac2e90aeb4f5af43d82803e903d91602b57fd5bf3";

constexpr std::uint64_t kWalletPurpose = 0x3a11e7;
constexpr std::uint64_t kOperatorPurpose = 0x09e4a7;
constexpr std::uint64_t kBuilderPurpose = 0xb111de4;
constexpr std::uint64_t kOperators = 5;
constexpr std::uint64_t kBuilders = 7;
constexpr std::uint64_t kMillion = 1'000'000;
constexpr std::uint64_t kThousand = 1000;
constexpr std::uint64_t kCents = 100;  ///< Of a dollar.

OrderSide Opposite(OrderSide side) {
  return side == OrderSide::kBuy ? OrderSide::kSell : OrderSide::kBuy;
}

/// What an amount costs at a price in thousandths, rounded down.
std::uint64_t CostOf(std::uint64_t tokens, std::uint64_t price) {
  return tokens * price / kThousand;
}

/// Throws the dice for one transaction.
class Trader {
 public:
  Trader(const MinedTransaction& transaction,
         const TradedMarket& market,
         std::uint64_t wallets,
         ExpandedTransaction& out)
      : transaction_(transaction),
        market_(market),
        wallets_(wallets),
        dice_(transaction.hash),
        log_(transaction.contract, market, out),
        generation_(GenerationOf(transaction.contract)) {}

  void Trade();

 private:
  struct Match {
    MinedFill taker;
    std::vector<MinedFill> makers;
    std::uint64_t price = 0;  ///< Of the taker's token, the worst that he takes, in thousandths.
    bool has_crossed = false;
  };

  void TradeMatch();
  void TradeDirectly();
  void TradePlanned(const PlannedMatch& planned);
  MinedFill PlannedFill(std::size_t wallet, std::uint8_t token, OrderSide side, std::uint64_t lots);
  Match OpenMatch();
  bool IsCrossed(std::size_t maker);
  MinedFill MakerFill(const Match& match, bool is_crossed);
  void SetAmounts(const Match& match, bool is_crossed, MinedFill& fill);
  void CloseMatch(Match& match);
  void EmitMatch(const Match& match);

  EvmWord Wallet();
  EvmWord WalletOtherThan(const EvmWord& taken);
  EvmWord Operator() { return DrawnAddress(Draw(kOperatorPurpose, dice_.Below(kOperators))); }
  EvmWord OrderOf(const EvmWord& maker);
  std::uint64_t Size();
  std::uint64_t FeeOfTaker(const MinedFill& fill);
  std::uint64_t FeeOfMaker(const MinedFill& fill);
  void SetBuilder(MinedFill& fill);

  const MinedTransaction& transaction_;
  const TradedMarket& market_;
  std::uint64_t wallets_;
  Dice dice_;
  LogWriter log_;
  Generation generation_;
};

void Trader::Trade() {
  switch (transaction_.kind) {
    case TransactionKind::kDouble:
      TradeMatch();
      TradeMatch();
      break;
    case TransactionKind::kDirect:
    case TransactionKind::kSwap:
      TradeDirectly();
      break;
    case TransactionKind::kRegistration:
      log_.TokenRegistered();
      break;
    case TransactionKind::kForeign: {
      const Match match = OpenMatch();
      log_.OrderFilled(MakerFill(match, false));
      break;
    }
    case TransactionKind::kPlanned:
      for (const PlannedMatch& planned : kPlan) TradePlanned(planned);
      break;
    case TransactionKind::kComplementary:
    case TransactionKind::kCrossed:
    case TransactionKind::kMixed:
    case TransactionKind::kTwin:
    case TransactionKind::kZeroTokens:
    case TransactionKind::kZeroCollateral:
      TradeMatch();
      break;
  }
}

void Trader::TradeMatch() {
  Match match = OpenMatch();
  for (std::size_t i = 0; i < transaction_.makers; ++i) {
    const bool is_twin = transaction_.kind == TransactionKind::kTwin && i == 1;
    match.makers.push_back(is_twin ? match.makers[0] : MakerFill(match, IsCrossed(i)));
  }
  CloseMatch(match);
  EmitMatch(match);
}

void Trader::TradeDirectly() {
  Match match = OpenMatch();
  MinedFill fill = MakerFill(match, false);
  fill.match = MatchType::kDirect;
  fill.taker = Operator();
  if (transaction_.kind == TransactionKind::kSwap) {
    fill.is_swap = true;
    fill.side = OrderSide::kSell;
    fill.fee = 0;
  }
  log_.Skip(2);
  log_.OrderFilled(fill);
}

void Trader::TradePlanned(const PlannedMatch& planned) {
  Match match;
  match.has_crossed = planned.match != MatchType::kComplementary;
  const std::uint8_t other = match.has_crossed ? 1 - planned.token : planned.token;
  const OrderSide side = match.has_crossed ? planned.side : Opposite(planned.side);
  MinedFill maker = PlannedFill(planned.maker, other, side, planned.lots);
  match.taker = PlannedFill(planned.taker, planned.token, planned.side, planned.lots);
  match.taker.taker = AddressOf(transaction_.contract);
  match.taker.match = MatchType::kTaker;
  maker.taker = match.taker.maker;
  maker.match = planned.match;
  const std::uint64_t lot = LotOf(market_);
  match.taker.collateral = planned.lots * lot * planned.price / kCents;
  maker.collateral =
      match.has_crossed ? maker.tokens - match.taker.collateral : match.taker.collateral;
  match.taker.fee = (generation_ == Generation::kV1 ? planned.v1_fee : planned.fee) * lot / kCents;
  match.makers.push_back(maker);
  EmitMatch(match);
}

MinedFill Trader::PlannedFill(std::size_t wallet,
                              std::uint8_t token,
                              OrderSide side,
                              std::uint64_t lots) {
  MinedFill fill;
  fill.maker = PlannedWallet(market_, wallet);
  fill.order = DrawnWord(dice_.Roll());
  fill.outcome = PlannedOutcome(market_, token);
  fill.side = side;
  fill.tokens = lots * LotOf(market_);
  SetBuilder(fill);
  return fill;
}

Trader::Match Trader::OpenMatch() {
  Match match;
  match.taker.maker = Wallet();
  match.taker.taker = AddressOf(transaction_.contract);
  match.taker.order = OrderOf(match.taker.maker);
  match.taker.side = dice_.Below(2) == 0 ? OrderSide::kBuy : OrderSide::kSell;
  match.taker.outcome = static_cast<std::uint8_t>(dice_.Below(2));
  match.taker.match = MatchType::kTaker;
  const std::uint64_t ticks = kThousand / market_.tick;
  match.price = (1 + dice_.Below(ticks - 1)) * market_.tick;
  SetBuilder(match.taker);
  return match;
}

bool Trader::IsCrossed(std::size_t maker) {
  if (transaction_.kind == TransactionKind::kCrossed) return true;
  return transaction_.kind == TransactionKind::kMixed && maker % 2 == 1;
}

MinedFill Trader::MakerFill(const Match& match, bool is_crossed) {
  MinedFill fill;
  fill.maker = WalletOtherThan(match.taker.maker);
  fill.taker = match.taker.maker;
  fill.order = OrderOf(fill.maker);
  fill.outcome = match.taker.outcome;
  fill.side = Opposite(match.taker.side);
  if (is_crossed) {
    fill.outcome = 1 - fill.outcome;
    fill.side = match.taker.side;
    fill.match = fill.side == OrderSide::kBuy ? MatchType::kMint : MatchType::kMerge;
  }
  SetAmounts(match, is_crossed, fill);
  fill.fee = FeeOfMaker(fill);
  SetBuilder(fill);
  return fill;
}

void Trader::SetAmounts(const Match& match, bool is_crossed, MinedFill& fill) {
  if (transaction_.kind == TransactionKind::kZeroTokens) {
    fill.collateral = 1;
    return;
  }
  if (transaction_.kind == TransactionKind::kZeroCollateral) {
    fill.tokens = 1;
    return;
  }
  // Makers who offer better than the taker asked for trade at their own price.
  const std::uint64_t better = dice_.Below(3) * market_.tick;
  const bool buys = match.taker.side == OrderSide::kBuy;
  const std::uint64_t least = market_.tick;
  const std::uint64_t most = kThousand - market_.tick;
  const std::uint64_t price =
      buys ? std::max(match.price, least + better) - better : std::min(match.price + better, most);
  fill.tokens = Size();
  const std::uint64_t cost = CostOf(fill.tokens, price);
  fill.collateral = is_crossed ? fill.tokens - cost : cost;
}

void Trader::CloseMatch(Match& match) {
  MinedFill& taker = match.taker;
  for (const MinedFill& maker : match.makers) {
    const bool is_crossed = maker.match != MatchType::kComplementary;
    match.has_crossed = match.has_crossed || is_crossed;
    taker.tokens += maker.tokens;
    taker.collateral += is_crossed ? maker.tokens - maker.collateral : maker.collateral;
  }
  // V1 and V2 tell what a taker offered, though they give him back what was not needed.
  const bool may_overstate =
      generation_ != Generation::kV3 && taker.side == OrderSide::kBuy && match.has_crossed;
  if (may_overstate && dice_.Below(3) == 0) {
    taker.collateral = std::max(taker.collateral, CostOf(taker.tokens, match.price));
  }
  taker.fee = FeeOfTaker(taker);
}

void Trader::EmitMatch(const Match& match) {
  const EvmWord receiver = Operator();
  const bool is_v1 = generation_ == Generation::kV1;
  for (const MinedFill& maker : match.makers) {
    log_.Skip(1 + dice_.Below(3));
    if (is_v1) log_.FeeCharged(maker, receiver);
    log_.OrderFilled(maker);
    if (!is_v1 && !match.has_crossed) log_.FeeCharged(maker, receiver);
  }
  if (!is_v1 && match.has_crossed) {
    for (const MinedFill& maker : match.makers) log_.FeeCharged(maker, receiver);
  }
  log_.Skip(dice_.Below(3));
  log_.FeeCharged(match.taker, receiver);
  log_.OrderFilled(match.taker);
  log_.OrdersMatched(match.taker);
}

EvmWord Trader::Wallet() {
  const double place = std::pow(dice_.Fraction(), 3) * static_cast<double>(wallets_);
  return WalletOf(static_cast<std::uint64_t>(place));
}

EvmWord Trader::WalletOtherThan(const EvmWord& taken) {
  EvmWord wallet = Wallet();
  while (wallet == taken) wallet = Wallet();
  return wallet;
}

/// Some orders are filled again and again, others once.
EvmWord Trader::OrderOf(const EvmWord& maker) {
  if (dice_.Below(4) != 0) return DrawnWord(dice_.Roll());
  return DrawnWord(Draw(maker.words[3], transaction_.market));
}

std::uint64_t Trader::Size() {
  const std::uint64_t most = std::uint64_t{10} << dice_.Below(14);
  if (dice_.Below(4) == 0) return 1 + dice_.Below(most * kMillion);  // as market orders are
  return (1 + dice_.Below(most * 100)) * (kMillion / 100);
}

std::uint64_t Trader::FeeOfTaker(const MinedFill& fill) {
  if (generation_ == Generation::kV1) {
    return dice_.Below(5) < 2 ? fill.TakerAmount() / 50 : 0;  // of what he gets
  }
  if (fill.tokens == 0) return 0;
  // Shares times rate times price times its complement, in hundred-thousandths.
  const double tokens = static_cast<double>(fill.tokens);
  const double price = static_cast<double>(fill.collateral) / tokens;
  const double fee = tokens * market_.fee_rate / 100 * price * (1 - price);
  return fee > 0 ? static_cast<std::uint64_t>(fee / 10) * 10 : 0;
}

std::uint64_t Trader::FeeOfMaker(const MinedFill& fill) {
  if (generation_ == Generation::kV1) return dice_.Below(8) == 0 ? fill.TakerAmount() / 100 : 0;
  return dice_.Below(16) == 0 ? fill.collateral / 1000 : 0;
}

void Trader::SetBuilder(MinedFill& fill) {
  if (generation_ == Generation::kV1) return;
  if (dice_.Below(3) == 0) {
    fill.builder = DrawnWord(Draw(kBuilderPurpose, dice_.Below(kBuilders)));
  }
  if (dice_.Below(10) == 0) fill.metadata = DrawnWord(dice_.Roll());
}

}  // namespace

std::uint64_t FillsOf(const MinedTransaction& transaction) {
  switch (transaction.kind) {
    case TransactionKind::kDouble:
      return 2 * (std::uint64_t{transaction.makers} + 1);
    case TransactionKind::kDirect:
    case TransactionKind::kSwap:
      return 1;
    case TransactionKind::kRegistration:
    case TransactionKind::kForeign:
      return 0;
    case TransactionKind::kPlanned:
      return kPlannedFills;
    case TransactionKind::kComplementary:
    case TransactionKind::kCrossed:
    case TransactionKind::kMixed:
    case TransactionKind::kTwin:
    case TransactionKind::kZeroTokens:
    case TransactionKind::kZeroCollateral:
      break;
  }
  return std::uint64_t{transaction.makers} + 1;
}

EvmWord TransactionHash(const MinedTransaction& transaction) {
  return DrawnWord(~transaction.hash);
}

std::string_view ToString(MatchType type) {
  switch (type) {
    case MatchType::kComplementary:
      return "complementary";
    case MatchType::kMint:
      return "mint";
    case MatchType::kMerge:
      return "merge";
    case MatchType::kTaker:
      return "taker";
    case MatchType::kDirect:
      break;
  }
  return "direct";
}

ExpandedTransaction Expand(const MinedTransaction& transaction,
                           const TradedMarket& market,
                           std::uint64_t wallets) {
  ExpandedTransaction expanded;
  Trader(transaction, market, wallets, expanded).Trade();
  return expanded;
}

EvmWord MakerAsset(const MinedFill& fill, const TradedMarket& market) {
  return fill.side == OrderSide::kSell ? market.tokens[fill.outcome] : EvmWord();
}

EvmWord TakerAsset(const MinedFill& fill, const TradedMarket& market) {
  if (fill.is_swap) return market.tokens[1 - fill.outcome];
  return fill.side == OrderSide::kBuy ? market.tokens[fill.outcome] : EvmWord();
}

EvmWord WalletOf(std::uint64_t number) {
  return DrawnAddress(Draw(kWalletPurpose, number));
}

bool IsContractWallet(const EvmWord& address) {
  return IsExchange(address) || (address.words[3] & 3U) != 0;
}

std::string_view CodeOf(const EvmWord& address) {
  if (IsExchange(address)) return kExchangeCode;
  if (!IsContractWallet(address)) return "0x";
  return (address.words[3] & 4U) != 0 ? kSafeCode : kProxyCode;
}

std::uint64_t TransactionCountOf(const EvmWord& address) {
  return IsContractWallet(address) ? 1 : address.words[3] % 5000;
}

}  // namespace polyhouse
