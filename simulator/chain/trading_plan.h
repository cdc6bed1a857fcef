#pragma once

#include <array>
#include <cstdint>

#include "chain/mined_transaction.h"

namespace polyhouse {

/// What four wallets do with each other in a planned market, again and again, a round in each
/// transaction. What a round comes to stands beside it, worked out by hand and not from its fills:
/// whatever else happens to the chain, answers are that times the rounds which are on it. Shares
/// are in lots, money in cents of a dollar for each share of a lot; how much a lot is the market
/// says. Token 0 is the market's first outcome in one half of the markets, the second in the other.
struct PlannedMatch {
  std::uint8_t taker;  ///< Which of the wallets.
  std::uint8_t maker;
  OrderSide side;      ///< Of the taker.
  std::uint8_t token;  ///< Of the taker.
  MatchType match;     ///< Of the maker.
  std::uint64_t lots;
  std::uint64_t price;   ///< Of the taker's token, in cents.
  std::uint64_t fee;     ///< Of the taker, in cents.
  std::uint64_t v1_fee;  ///< The same in V1, which takes it of a buyer in hundredths of his lots.
};
inline constexpr std::array kPlan{
    PlannedMatch{0, 1, OrderSide::kBuy, 0, MatchType::kMint, 100, 60, 0, 0},
    PlannedMatch{2, 0, OrderSide::kBuy, 0, MatchType::kComplementary, 50, 70, 50, 100},
    PlannedMatch{1, 0, OrderSide::kSell, 1, MatchType::kMerge, 20, 25, 0, 0},
    PlannedMatch{2, 3, OrderSide::kSell, 0, MatchType::kComplementary, 10, 65, 10, 10}};
inline constexpr std::size_t kPlannedWallets = 4;
/// Each match has a fill of the maker and one of the taker.
inline constexpr std::uint64_t kPlannedFills = 2 * kPlan.size();

/// What a wallet of the plan has after a round, before fees. Each has one token.
struct PlannedHolding {
  std::uint8_t token;
  std::int64_t lots;
  std::int64_t cash;      ///< In cents, as all money here.
  std::int64_t realised;  ///< Of what was sold, against what it had cost.
  std::int64_t cost;      ///< What a share has cost on average.
  std::int64_t usd;       ///< Of all own fills.
  std::int64_t lots_traded;
  std::int64_t lots_made;  ///< Of these, as maker.
  std::int64_t fills;
};
inline constexpr std::array<PlannedHolding, kPlannedWallets> kPlannedHoldings{{
    {0, 30, -1000, 800, 60, 11'000, 170, 70, 3},
    {1, 80, -3500, -300, 40, 4500, 120, 100, 2},
    {0, 40, -2850, -50, 70, 4150, 60, 0, 2},
    {0, 10, -650, 0, 65, 650, 10, 10, 1},
}};

/// The one who pays fees: in V1 some in shares, otherwise all in dollars.
struct PlannedFees {
  std::uint8_t wallet;
  std::int64_t lots;  ///< Not received.
  std::int64_t cash;  ///< In cents.
  std::int64_t usd;   ///< All of it, shares at the price of their trade.
};
inline constexpr PlannedFees kPlannedFeesV1{2, 1, 10, 80};
inline constexpr PlannedFees kPlannedFees{2, 0, 60, 60};

/// What a round adds to its market: each match once, by what its taker paid or got.
struct PlannedVolume {
  std::int64_t usd = 10'650;
  std::int64_t lots = 180;
  std::int64_t minted = 100;
  std::int64_t merged = 20;
  std::int64_t matches = 4;
  std::int64_t last_price = 65;  ///< Of token 0.
};

/// The wallet in a place of the plan. Each trades in neighbouring markets too, in other places.
EvmWord PlannedWallet(const TradedMarket& market, std::size_t place);
/// Which outcome of the market a token of the plan is.
std::uint8_t PlannedOutcome(const TradedMarket& market, std::uint8_t token);
/// How much a lot is, in millionths of a share: a multiple of 20, so that five cents for each share
/// of it, which all money here is a multiple of, are whole millionths of a dollar.
std::uint64_t LotOf(const TradedMarket& market);

}  // namespace polyhouse
