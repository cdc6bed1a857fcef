#include "chain/planned_answers.h"

#include <array>
#include <map>
#include <optional>

#include "chain/trading_plan.h"
#include "gamma_record.h"
#include "json_object.h"

namespace polyhouse {
namespace {

constexpr std::int64_t kCents = 100;  ///< Of a dollar.
constexpr std::int64_t kMicrosPerCent = 10'000;

/// What a share of each outcome has paid, in cents; empty while the market is not settled, or does
/// not say how.
std::optional<std::array<std::int64_t, 2>> PayoutsOf(const Rows& markets, RowNumber row) {
  static const std::map<std::string, std::int64_t, std::less<>> kPayouts{
      {"0", 0}, {"0.5", 50}, {"1", 100}};
  std::string text;
  markets.Render(row, {}, text);
  const GammaRecord record(text);
  const std::vector<std::string> prices = record.List("outcomePrices");
  const bool is_final = record.Bool("closed") && record.Text("umaResolutionStatus") == "resolved";
  if (!is_final || prices.size() != 2) return std::nullopt;
  const auto first = kPayouts.find(prices[0]);
  const auto second = kPayouts.find(prices[1]);
  if (first == kPayouts.end() || second == kPayouts.end()) return std::nullopt;
  if (first->second + second->second != kCents) return std::nullopt;
  return std::array{first->second, second->second};
}

struct WalletTotals {
  std::int64_t usd = 0;
  std::int64_t contracts = 0;
  std::int64_t made = 0;
  std::int64_t fills = 0;
  std::int64_t fees = 0;
  std::int64_t settled_pnl = 0;
  std::int64_t open_pnl = 0;
  std::int64_t markets = 0;
};
using Totals = std::map<std::string, WalletTotals>;

/// One market of the plan: its rounds, and how lots and cents are millionths of a share and of a
/// dollar.
class MarketAnswers final {
 public:
  MarketAnswers(const PlannedRounds& counted, const Rows& markets)
      : counted_(counted),
        rounds_(counted.of_v1 + counted.later),
        lot_(static_cast<std::int64_t>(LotOf(counted.market))),
        payouts_(PayoutsOf(markets, counted.market.row)) {}

  void AppendMarket(std::string& out) const;
  void AppendDays(std::string& out) const;
  /// Adds to the totals of the wallets, too.
  void AppendPositions(std::string& out, Totals& totals) const;

 private:
  std::int64_t Micros(std::int64_t cents) const { return cents * lot_ / kCents; }
  /// What the fees of all rounds come to; `part` says of which: dollars, lots, or all in dollars.
  std::int64_t Fees(std::int64_t PlannedFees::*part) const {
    return counted_.of_v1 * kPlannedFeesV1.*part + counted_.later * kPlannedFees.*part;
  }
  /// What a share of a token is worth, in cents: what it has paid, or the last price.
  std::int64_t MarkOf(std::uint8_t token) const;
  void AppendPosition(std::string& out, std::size_t place, Totals& totals) const;

  const PlannedRounds& counted_;
  std::int64_t rounds_;
  std::int64_t lot_;
  std::optional<std::array<std::int64_t, 2>> payouts_;
};

std::int64_t MarketAnswers::MarkOf(std::uint8_t token) const {
  if (payouts_) return (*payouts_)[PlannedOutcome(counted_.market, token)];
  return token == 0 ? PlannedVolume().last_price : kCents - PlannedVolume().last_price;
}

void MarketAnswers::AppendMarket(std::string& out) const {
  const PlannedVolume volume;
  const bool is_first = PlannedOutcome(counted_.market, 0) == 0;
  const std::int64_t last_price = is_first ? volume.last_price : kCents - volume.last_price;
  JsonObject json(out);
  json.Text("kind", "market");
  json.Text("market_id", counted_.market.id);
  json.Integer("rounds", rounds_);
  json.Integer("usd", rounds_ * Micros(volume.usd));
  json.Integer("contracts", rounds_ * volume.lots * lot_);
  json.Integer("minted", rounds_ * volume.minted * lot_);
  json.Integer("merged", rounds_ * volume.merged * lot_);
  json.Integer("matches", rounds_ * volume.matches);
  json.Integer("traders", kPlannedWallets);
  json.Integer("last_price", last_price * kMicrosPerCent);
  json.Integer("fees", Micros(Fees(&PlannedFees::usd)));
  json.Integer("first_trade", static_cast<std::int64_t>(counted_.first));
  json.Integer("last_trade", static_cast<std::int64_t>(counted_.last));
  json.Close();
  out += '\n';
}

void MarketAnswers::AppendDays(std::string& out) const {
  for (const auto& [day, rounds] : counted_.by_day) {
    JsonObject json(out);
    json.Text("kind", "day");
    json.Text("market_id", counted_.market.id);
    json.Integer("day", static_cast<std::int64_t>(day));
    json.Integer("rounds", rounds);
    json.Integer("usd", rounds * Micros(PlannedVolume().usd));
    json.Integer("matches", rounds * PlannedVolume().matches);
    json.Close();
    out += '\n';
  }
}

void MarketAnswers::AppendPositions(std::string& out, Totals& totals) const {
  for (std::size_t place = 0; place < kPlannedWallets; ++place) AppendPosition(out, place, totals);
}

void MarketAnswers::AppendPosition(std::string& out, std::size_t place, Totals& totals) const {
  const PlannedHolding& holding = kPlannedHoldings[place];
  const std::string wallet = AddressHex(PlannedWallet(counted_.market, place));
  const bool pays = place == kPlannedFees.wallet;
  const std::int64_t lots = rounds_ * holding.lots - (pays ? Fees(&PlannedFees::lots) : 0);
  const std::int64_t cash = rounds_ * holding.cash - (pays ? Fees(&PlannedFees::cash) : 0);
  JsonObject json(out);
  json.Text("kind", "position");
  json.Text("market_id", counted_.market.id);
  json.Text("wallet", wallet);
  json.Text("token_id",
            WordDecimal(counted_.market.tokens[PlannedOutcome(counted_.market, holding.token)]));
  json.Integer("rounds", rounds_);
  json.Integer("shares", lots * lot_);
  json.Integer("cash", Micros(cash));
  json.Integer("held", rounds_ * holding.lots * lot_);
  json.Integer("average_cost", holding.cost * kMicrosPerCent);
  json.Integer("realised", rounds_ * Micros(holding.realised));
  json.Close();
  out += '\n';

  WalletTotals& total = totals[wallet];
  total.usd += rounds_ * Micros(holding.usd);
  total.contracts += rounds_ * holding.lots_traded * lot_;
  total.made += rounds_ * holding.lots_made * lot_;
  total.fills += rounds_ * holding.fills;
  total.fees += pays ? Micros(Fees(&PlannedFees::usd)) : 0;
  total.markets += rounds_ > 0 ? 1 : 0;
  const std::int64_t pnl = Micros(cash + lots * MarkOf(holding.token));
  (payouts_ ? total.settled_pnl : total.open_pnl) += pnl;
}

void AppendWallet(std::string& out, const std::string& wallet, const WalletTotals& total) {
  JsonObject json(out);
  json.Text("kind", "wallet");
  json.Text("wallet", wallet);
  json.Integer("usd", total.usd);
  json.Integer("contracts", total.contracts);
  json.Integer("maker_contracts", total.made);
  json.Integer("fills", total.fills);
  json.Integer("fees", total.fees);
  json.Integer("settled_pnl", total.settled_pnl);
  json.Integer("open_pnl", total.open_pnl);
  json.Integer("markets", total.markets);
  json.Close();
  out += '\n';
}

}  // namespace

void AppendPlannedAnswers(std::string& out,
                          const std::vector<PlannedRounds>& counted,
                          const Rows& markets) {
  Totals totals;
  for (const PlannedRounds& rounds : counted) {
    const MarketAnswers answers(rounds, markets);
    answers.AppendMarket(out);
    answers.AppendDays(out);
    answers.AppendPositions(out, totals);
  }
  for (const auto& [wallet, total] : totals) AppendWallet(out, wallet, total);
}

}  // namespace polyhouse
