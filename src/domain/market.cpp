#include "domain/market.h"

#include <algorithm>

namespace polyhouse {
namespace {

/// Absent on old markets and on those that resolve without a question to UMA.
bool ResolutionIsFinal(const std::string& status) {
  return status.empty() || status == "resolved" || status == "settled";
}

}  // namespace

std::string WinnerOf(const Market& market) {
  const auto& prices = market.outcome_prices;
  if (!market.closed || !ResolutionIsFinal(market.resolution_status)) return {};
  if (prices.size() != market.outcomes.size()) return {};
  std::size_t winners = 0;
  std::size_t winner = 0;
  for (std::size_t i = 0; i < prices.size(); ++i) {
    const double price = prices[i].ToDouble();
    if (price == 1) {
      ++winners;
      winner = i;
    } else if (price != 0) {
      return {};
    }
  }
  return winners == 1 ? market.outcomes[winner] : std::string();
}

bool IsSettled(const Market& market) {
  if (!market.closed || !ResolutionIsFinal(market.resolution_status)) return false;
  return !market.resolution_status.empty() || !market.winner.empty();
}

}  // namespace polyhouse
