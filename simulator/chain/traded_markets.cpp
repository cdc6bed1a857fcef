#include "chain/traded_markets.h"

#include <algorithm>
#include <cmath>

#include "gamma_record.h"
#include "market_ids.h"

namespace polyhouse {
namespace {

/// Reading a market from its record takes some ten microseconds: this is less than a second.
constexpr RowNumber kMostSampled = 20'000;
constexpr std::size_t kNewest = 20;

/// Ids of markets that no listing has.
constexpr std::uint64_t kFirstUnlisted = 4'000'000'000;

/// The numerators of a settled market's prices; empty when they are no payouts.
std::vector<std::uint64_t> PayoutsOf(const std::vector<std::string>& prices) {
  const auto is = [&](const char* first, const char* second) {
    return prices.size() == 2 && prices[0] == first && prices[1] == second;
  };
  if (is("1", "0")) return {1, 0};
  if (is("0", "1")) return {0, 1};
  if (is("0.5", "0.5")) return {1, 1};
  return {};
}

std::optional<TradedMarket> ReadTradedMarket(std::string_view record) {
  const GammaRecord gamma(record);
  TradedMarket market;
  market.is_v2 = gamma.Text("version") == "v2";
  const std::vector<std::string> tokens = gamma.List(market.is_v2 ? "positionIds" : "clobTokenIds");
  market.id = gamma.Text("id");
  market.condition_id = gamma.Text("conditionId");
  market.question = gamma.Text("question");
  market.slug = gamma.Text("slug");
  if (market.condition_id.empty() || tokens.size() != 2) return std::nullopt;
  const std::vector<std::string> outcomes = gamma.List("outcomes");
  for (std::size_t i = 0; i < 2; ++i) {
    if (!ParseDecimalWord(tokens[i], market.tokens[i])) return std::nullopt;
    if (i < outcomes.size()) market.outcomes[i] = outcomes[i];
  }
  market.question_id = gamma.Text("questionID");
  market.is_neg_risk = gamma.Bool("negRisk");
  if (market.is_neg_risk) market.neg_risk_market_id = gamma.Text("negRiskMarketID");
  const std::string_view status = gamma.Text("umaResolutionStatus");
  if (gamma.Bool("closed") && (status == "resolved" || status == "settled")) {
    market.payouts = PayoutsOf(gamma.List("outcomePrices"));
  }
  market.tick = gamma.Number("orderPriceMinTickSize") < 0.01 ? 1 : 10;
  constexpr std::array<std::uint16_t, 4> kFeeRates{0, 4, 5, 7};
  market.fee_rate = kFeeRates[market.tokens[0].words[1] & 3U];
  return market;
}

std::uint32_t ChooseFrom(const std::vector<std::uint32_t>& markets, Dice& dice) {
  const std::size_t size = markets.size();
  if (dice.Below(8) == 0) return markets[size - 1 - dice.Below(std::min(size, kNewest))];
  const double place = std::pow(dice.Fraction(), 3) * static_cast<double>(size);
  return markets[std::min(size - 1, static_cast<std::size_t>(place))];
}

}  // namespace

void TradedMarkets::AddSample(const Rows& rows) {
  const RowNumber newest = rows.Count() - std::min(rows.Count(), kMostSampled / 2);
  const RowNumber step = 1 + newest / (kMostSampled / 2);
  for (RowNumber row = 0; row < newest; row += step) Add(rows, row);
  for (RowNumber row = newest; row < rows.Count(); ++row) Add(rows, row);
}

void TradedMarkets::Add(const Rows& rows, RowNumber row) {
  const Visibility visibility = rows.VisibilityOf(row, kNow);
  const bool is_listed = visibility == Visibility::kListed;
  if (const auto known = awaited_.find(row); known != awaited_.end() && is_listed) {
    markets_[known->second].is_listed = true;
    awaited_.erase(known);
  }
  if (row < next_row_) return;
  next_row_ = row + 1;
  const bool is_wanted = is_listed || visibility == Visibility::kAwaited;
  if (!is_wanted || !rows.HasCondition(row)) return;
  std::string record;
  rows.Render(row, {}, record);
  std::optional<TradedMarket> market = ReadTradedMarket(record);
  if (!market) return;
  market->row = row;
  market->is_listed = is_listed;
  if (!is_listed) awaited_.emplace(row, static_cast<std::uint32_t>(markets_.size()));
  AddMarket(*std::move(market));
}

void TradedMarkets::AddUnlisted(std::uint64_t seed, std::uint32_t count) {
  for (std::uint32_t i = 0; i < count; ++i) {
    TradedMarket market;
    const std::uint64_t id = kFirstUnlisted + i;
    market.condition_id = MakeConditionId(seed, id);
    market.outcomes = {"Yes", "No"};
    for (std::size_t outcome = 0; outcome < 2; ++outcome) {
      ParseDecimalWord(MakeTokenId(seed, id, outcome), market.tokens[outcome]);
    }
    market.is_neg_risk = i % 4 == 3;
    unlisted_.push_back(static_cast<std::uint32_t>(markets_.size()));
    markets_.push_back(std::move(market));
  }
}

void TradedMarkets::AddMarket(TradedMarket market) {
  const auto index = static_cast<std::uint32_t>(markets_.size());
  (market.is_v2 ? v2_ : market.is_neg_risk ? neg_risk_ : plain_).push_back(index);
  markets_.push_back(std::move(market));
}

void TradedMarkets::Plan(std::uint32_t count) {
  PlanSome(v2_, count / 4);
  planned_v2_ = planned_.size();
  PlanSome(neg_risk_, count / 4);
  PlanSome(plain_, count - planned_.size());
}

void TradedMarkets::PlanSome(std::vector<std::uint32_t>& kind, std::size_t count) {
  if (count == 0 || kind.size() < 2) return;
  const std::size_t step = std::max<std::size_t>(2, kind.size() / count);
  // The newest is the first: it may have to wait for its listing.
  for (std::size_t end = kind.size(); end > 0 && count > 0; end -= std::min(end, step)) {
    const std::uint32_t market = kind[end - 1];
    markets_[market].plan = static_cast<std::uint32_t>(planned_.size());
    planned_.push_back(market);
    kind.erase(kind.begin() + static_cast<std::ptrdiff_t>(end - 1));
    --count;
  }
}

std::vector<bool> TradedMarkets::WithConditions(const std::vector<std::string>& conditions) const {
  std::vector<bool> wanted(conditions.empty() ? 0 : markets_.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    wanted[i] = std::ranges::count(conditions, markets_[i].condition_id) > 0;
  }
  return wanted;
}

ExchangeContract TradedMarkets::ContractOf(std::uint32_t market, Generation generation) const {
  if (markets_[market].is_v2) return ExchangeContract::kV3;
  const bool is_neg_risk = markets_[market].is_neg_risk;
  if (generation == Generation::kV1) {
    return is_neg_risk ? ExchangeContract::kV1NegRisk : ExchangeContract::kV1;
  }
  return is_neg_risk ? ExchangeContract::kV2NegRisk : ExchangeContract::kV2;
}

std::optional<std::uint32_t> TradedMarkets::ChoosePlanned(Generation generation, Dice& dice) const {
  const std::size_t begin = generation == Generation::kV3 ? 0 : planned_v2_;
  const std::size_t end = generation == Generation::kV3 ? planned_v2_ : planned_.size();
  if (begin == end) return std::nullopt;
  return planned_[begin + dice.Below(end - begin)];
}

std::optional<std::uint32_t> TradedMarkets::Choose(Generation generation, Dice& dice) const {
  if (generation == Generation::kV3) {
    if (v2_.empty()) return std::nullopt;
    return ChooseFrom(v2_, dice);
  }
  if (!unlisted_.empty() && dice.Below(20) == 0) return ChooseFrom(unlisted_, dice);
  const bool wants_neg_risk = dice.Below(3) == 0;
  const auto& wanted = wants_neg_risk ? neg_risk_ : plain_;
  const auto& other = wants_neg_risk ? plain_ : neg_risk_;
  if (!wanted.empty()) return ChooseFrom(wanted, dice);
  if (!other.empty()) return ChooseFrom(other, dice);
  if (!unlisted_.empty()) return ChooseFrom(unlisted_, dice);
  return std::nullopt;
}

}  // namespace polyhouse
