#include "domain/market.h"

#include <algorithm>

namespace polyhouse {
namespace {

/// Absent on old markets and on those that resolve without a question to UMA.
bool ResolutionIsFinal(const std::string& status) {
  return status.empty() || status == "resolved" || status == "settled";
}

}  // namespace

std::int32_t WinnerIndexOf(const Market& market) {
  const auto& prices = market.outcome_prices;
  if (!market.closed || !ResolutionIsFinal(market.resolution_status)) return -1;
  if (prices.size() != market.outcomes.size()) return -1;
  std::int32_t winner = -1;
  for (std::size_t i = 0; i < prices.size(); ++i) {
    if (prices[i].IsZero()) continue;
    if (!prices[i].IsOne() || winner >= 0) return -1;
    winner = static_cast<std::int32_t>(i);
  }
  return winner;
}

void FillFromOlder(Market& market) {
  if (market.event_ids.empty() && !market.event_id.empty()) {
    market.event_ids = {market.event_id};
  }
  const auto& outcomes = market.outcomes;
  if (market.winner_index >= 0 || market.winner.empty() ||
      std::count(outcomes.begin(), outcomes.end(), market.winner) != 1) {
    return;
  }
  market.winner_index = static_cast<std::int32_t>(
      std::find(outcomes.begin(), outcomes.end(), market.winner) - outcomes.begin());
}

bool IsSettled(const Market& market) {
  if (!market.closed || !ResolutionIsFinal(market.resolution_status)) return false;
  return !market.resolution_status.empty() || market.winner_index >= 0;
}

}  // namespace polyhouse
