#include "chain/trading_plan.h"

#include "dice.h"

namespace polyhouse {
namespace {

constexpr std::uint64_t kPlannedWalletPurpose = 0x91a4;
constexpr std::uint64_t kLotPurpose = 0x107;
/// Ten lots, the smallest match, are no dust.
constexpr std::uint64_t kSmallestLot = 1000;
constexpr std::uint64_t kLotUnit = 20;
constexpr std::uint64_t kLots = 250'000;

}  // namespace

EvmWord PlannedWallet(const TradedMarket& market, std::size_t place) {
  return DrawnAddress(Draw(kPlannedWalletPurpose, market.plan.value_or(0) + place));
}

std::uint8_t PlannedOutcome(const TradedMarket& market, std::uint8_t token) {
  return static_cast<std::uint8_t>((token + market.plan.value_or(0)) % 2);
}

std::uint64_t LotOf(const TradedMarket& market) {
  return kSmallestLot + kLotUnit * (Draw(market.tokens[0].words[3], kLotPurpose) % kLots);
}

}  // namespace polyhouse
