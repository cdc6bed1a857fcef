#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chain/evm_word.h"
#include "chain/exchange_contract.h"
#include "chain/traded_markets.h"

namespace polyhouse {

/// What a transaction does.
enum class TransactionKind : std::uint8_t {
  kComplementary,   ///< A match: the makers trade the taker's token the other way.
  kCrossed,         ///< A match: all makers are on the taker's side, of the other token.
  kMixed,           ///< A match with makers of both sorts.
  kTwin,            ///< A match with one maker order filled twice, by the same amounts.
  kDouble,          ///< Two matches.
  kDirect,          ///< One fill by an operator, without a match; V1 alone.
  kSwap,            ///< The same, token for token.
  kZeroTokens,      ///< A match of no tokens for a millionth of a dollar.
  kZeroCollateral,  ///< A match of a millionth of a token for nothing.
  kRegistration,    ///< No fill: V1 registers the tokens of a market.
  kForeign,         ///< No fill of ours: another protocol has an event of V1.
  kPlanned,         ///< A round of the plan: its matches one after the other.
};

/// Everything in a transaction follows from this, its market and the number of wallets.
struct MinedTransaction {
  std::uint64_t hash = 0;
  std::uint32_t market = 0;
  ExchangeContract contract = ExchangeContract::kV1;
  TransactionKind kind = TransactionKind::kComplementary;
  std::uint8_t makers = 1;  ///< Maker fills of each match.
};

/// How many OrderFilled logs of our exchanges it has.
std::uint64_t FillsOf(const MinedTransaction& transaction);
EvmWord TransactionHash(const MinedTransaction& transaction);

/// Of the order that is named `maker`.
enum class OrderSide : std::uint8_t { kBuy, kSell };

/// How a row came to be.
enum class MatchType : std::uint8_t { kComplementary, kMint, kMerge, kTaker, kDirect };
std::string_view ToString(MatchType type);

/// One OrderFilled. Amounts are in millionths.
struct MinedFill {
  EvmWord order;
  EvmWord maker;
  EvmWord taker;
  OrderSide side = OrderSide::kBuy;
  std::uint8_t outcome = 0;
  bool is_swap = false;  ///< `outcome` is what the maker gives, the other one what he gets.
  MatchType match = MatchType::kComplementary;
  std::uint64_t tokens = 0;
  std::uint64_t collateral = 0;  ///< Of a swap: the tokens he gets.
  std::uint64_t fee = 0;
  EvmWord builder;
  EvmWord metadata;

  std::uint64_t MakerAmount() const { return side == OrderSide::kBuy ? collateral : tokens; }
  std::uint64_t TakerAmount() const { return side == OrderSide::kBuy ? tokens : collateral; }
};

/// What the first exchanges are paid in.
inline constexpr std::string_view kUsdcE = "0x2791bca1f2de4661ed88a30c99a7a9449aa84174";
/// What the neg-risk adapter makes its tokens of.
inline constexpr std::string_view kWrappedCollateral = "0x3a3bd7bb9528e159577f7c2e685cc81a765002e2";

/// What a log of ConditionalTokens or of the NegRiskAdapter says.
struct MinedAction {
  std::string_view action;       ///< "split", "merge", "redeem", "convert", "prepare", "resolve".
  std::string_view wallet_kind;  ///< "wallet", "exchange", "neg_risk_adapter", …
  EvmWord wallet;                ///< Of "prepare" and "resolve" the oracle.
  EvmWord through;  ///< The adapter of collateral that stands in the log in its place; zero: none.
  std::string condition_id;
  std::string neg_risk_market_id;
  std::string question_id;
  std::string_view collateral;  ///< Empty of the adapter's own logs.
  std::vector<EvmWord> index_sets;
  std::vector<EvmWord> amounts;
  EvmWord amount;
};

/// One log of a transaction.
struct MinedLog {
  ExchangeContract contract = ExchangeContract::kV1;
  std::uint32_t index = 0;  ///< In its transaction; other contracts' logs lie in the gaps.
  std::vector<EvmWord> topics;
  std::vector<EvmWord> data;
  std::optional<MinedFill> fill;      ///< Of the logs that are OrderFilled of our exchanges.
  std::optional<MinedAction> action;  ///< Of the logs of the contracts of positions.
};

struct ExpandedTransaction {
  std::vector<MinedLog> logs;
  std::uint32_t span = 0;  ///< Indexes it takes up in its block.
};

/// The logs of a transaction in the order in which the contracts emit them.
ExpandedTransaction Expand(const MinedTransaction& transaction,
                           const TradedMarket& market,
                           std::uint64_t wallets);

/// The asset that the order named `maker` gives, and the one it gets; zero is collateral.
EvmWord MakerAsset(const MinedFill& fill, const TradedMarket& market);
EvmWord TakerAsset(const MinedFill& fill, const TradedMarket& market);

/// The wallet of a number; the smaller the number the more it trades.
EvmWord WalletOf(std::uint64_t number);

/// True for wallets that are contracts.
bool IsContractWallet(const EvmWord& address);
/// What eth_getCode gives: "0x" of a wallet that is none.
std::string_view CodeOf(const EvmWord& address);
/// How many transactions it has sent.
std::uint64_t TransactionCountOf(const EvmWord& address);

}  // namespace polyhouse
