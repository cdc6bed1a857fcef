#include "chain/trading_plan.h"

#include <gtest/gtest.h>

namespace polyhouse {
namespace {

struct Sums {
  std::int64_t shares = 0;
  std::int64_t cash = 0;
  std::int64_t usd = 0;
  std::int64_t traded = 0;
  std::int64_t made = 0;
  std::int64_t fills = 0;

  friend bool operator==(const Sums&, const Sums&) = default;
};

TradedMarket PlannedMarket(std::uint32_t plan) {
  TradedMarket market;
  market.plan = plan;
  market.tokens = {WordOf(7), WordOf(8)};
  return market;
}

/// What the fills of a round leave a wallet of the plan with.
Sums SumsOfFills(const TradedMarket& market, ExchangeContract contract, std::size_t place) {
  MinedTransaction round;
  round.contract = contract;
  round.kind = TransactionKind::kPlanned;
  Sums sums;
  for (const MinedLog& log : Expand(round, market, 50).logs) {
    if (!log.fill || log.fill->maker != PlannedWallet(market, place)) continue;
    const MinedFill& fill = *log.fill;
    EXPECT_EQ(fill.outcome, PlannedOutcome(market, kPlannedHoldings[place].token));
    const auto tokens = static_cast<std::int64_t>(fill.tokens);
    const auto collateral = static_cast<std::int64_t>(fill.collateral);
    const auto fee = static_cast<std::int64_t>(fill.fee);
    const bool buys = fill.side == OrderSide::kBuy;
    const bool in_shares = buys && GenerationOf(contract) == Generation::kV1;
    sums.shares += (buys ? tokens : -tokens) - (in_shares ? fee : 0);
    sums.cash += (buys ? -collateral : collateral) - (in_shares ? 0 : fee);
    sums.usd += collateral;
    sums.traded += tokens;
    sums.made += fill.match == MatchType::kTaker ? 0 : tokens;
    ++sums.fills;
  }
  return sums;
}

/// The same by what stands beside the plan.
Sums SumsOfPlan(const TradedMarket& market, const PlannedFees& fees, std::size_t place) {
  const PlannedHolding& holding = kPlannedHoldings[place];
  const auto lot = static_cast<std::int64_t>(LotOf(market));
  const bool pays = place == fees.wallet;
  return {.shares = (holding.lots - (pays ? fees.lots : 0)) * lot,
          .cash = (holding.cash - (pays ? fees.cash : 0)) * lot / 100,
          .usd = holding.usd * lot / 100,
          .traded = holding.lots_traded * lot,
          .made = holding.lots_made * lot,
          .fills = holding.fills};
}

TEST(TradingPlan, ComesToWhatIsWrittenBesideIt) {
  for (const std::uint32_t plan : {4U, 5U}) {
    const TradedMarket market = PlannedMarket(plan);
    for (std::size_t place = 0; place < kPlannedWallets; ++place) {
      EXPECT_EQ(SumsOfFills(market, ExchangeContract::kV1, place),
                SumsOfPlan(market, kPlannedFeesV1, place))
          << place;
      EXPECT_EQ(SumsOfFills(market, ExchangeContract::kV2, place),
                SumsOfPlan(market, kPlannedFees, place))
          << place;
    }
  }
}

/// All that wallets have is what was minted and not merged, paid for by them together.
TEST(TradingPlan, MakesNothingOutOfNothing) {
  std::array<std::int64_t, 2> lots{};
  std::int64_t cash = 0;
  for (const PlannedHolding& holding : kPlannedHoldings) {
    lots[holding.token] += holding.lots;
    cash += holding.cash;
  }
  const std::int64_t outstanding = PlannedVolume().minted - PlannedVolume().merged;

  EXPECT_EQ(lots[0], outstanding);
  EXPECT_EQ(lots[1], outstanding);
  EXPECT_EQ(cash, -100 * outstanding);
}

}  // namespace
}  // namespace polyhouse
