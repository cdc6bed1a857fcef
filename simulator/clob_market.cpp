#include "clob_market.h"

#include <algorithm>
#include <charconv>
#include <vector>

#include "gamma_record.h"
#include "json_object.h"

namespace polyhouse {
namespace {

using Strings = std::vector<std::string>;

double PriceAt(const Strings& prices, std::size_t index) {
  double price = 0;
  if (index < prices.size()) {
    const std::string& text = prices[index];
    std::from_chars(text.data(), text.data() + text.size(), price);
  }
  return price;
}

bool HasFinalResult(const GammaRecord& market, const Strings& outcomes, const Strings& prices) {
  const std::string_view status = market.Text("umaResolutionStatus");
  if (!market.Bool("closed") || (!status.empty() && status != "resolved")) return false;
  std::size_t winners = 0;
  for (std::size_t i = 0; i < prices.size(); ++i) {
    const double price = PriceAt(prices, i);
    if (price != 0 && price != 1) return false;
    winners += price == 1 ? 1U : 0U;
  }
  return winners == 1 && outcomes.size() == prices.size();
}

void WriteTokens(JsonObject& json, const GammaRecord& market) {
  Strings tokens = market.List("clobTokenIds");
  if (tokens.empty()) tokens = market.List("positionIds");
  const Strings outcomes = market.List("outcomes");
  const Strings prices = market.List("outcomePrices");
  const bool is_final = HasFinalResult(market, outcomes, prices);
  json.Key("tokens");
  json.out() += '[';
  const std::size_t count = std::max(tokens.size(), outcomes.size());
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) json.out() += ',';
    JsonObject token(json.out());
    token.Text("token_id", i < tokens.size() ? tokens[i] : "");
    token.Text("outcome", i < outcomes.size() ? outcomes[i] : "");
    token.Number("price", PriceAt(prices, i));
    token.Bool("winner", is_final && PriceAt(prices, i) == 1);
    token.Close();
  }
  json.out() += ']';
}

/// A key whose value is null when Gamma has none.
void WriteTextOrNull(JsonObject& json, std::string_view key, const std::string& value) {
  if (value.empty()) {
    json.Raw(key, "null");
  } else {
    json.Text(key, value);
  }
}

}  // namespace

void AppendClobMarket(std::string& out, std::string_view gamma_market) {
  const GammaRecord market(gamma_market);
  JsonObject json(out);
  json.Bool("enable_order_book", market.Bool("enableOrderBook"));
  json.Bool("active", market.Bool("active"));
  json.Bool("closed", market.Bool("closed"));
  json.Bool("archived", market.Bool("archived"));
  json.Bool("accepting_orders", market.Bool("acceptingOrders"));
  WriteTextOrNull(
      json, "accepting_order_timestamp", std::string(market.Text("acceptingOrdersTimestamp")));
  json.Number("minimum_order_size", market.Number("orderMinSize"));
  json.Number("minimum_tick_size", market.Number("orderPriceMinTickSize"));
  json.Text("condition_id", market.Text("conditionId"));
  json.Text("question_id", market.Text("questionID"));
  json.Text("question", market.Text("question"));
  json.Text("description", market.Text("description"));
  json.Text("market_slug", market.Text("slug"));
  const std::string_view end = market.Text("endDate").substr(0, 10);
  WriteTextOrNull(
      json, "end_date_iso", end.empty() ? std::string() : std::string(end) + "T00:00:00Z");
  json.Bool("neg_risk", market.Bool("negRisk"));
  json.Text("neg_risk_market_id", market.Text("negRiskMarketID"));
  json.Text("neg_risk_request_id", market.Text("negRiskRequestID"));
  WriteTokens(json, market);
  json.Close();
}

}  // namespace polyhouse
