#include "amm_market_json.h"

#include <cmath>

#include "dice.h"
#include "event_text.h"
#include "market_ids.h"
#include "market_json.h"

namespace polyhouse {
namespace {

double Cents(double value) {
  return std::round(value * 100) / 100;
}

void WriteMarket(JsonObject& json, const MarketFacts& facts) {
  if (!facts.outcomes.empty() || facts.oddity != MarketOddity::kNoOutcomes) {
    json.Text("outcomes", ListText(facts.outcomes));
    json.Text("outcomePrices", ListText(facts.prices));
  }
  json.Text("volume", FormatNumber(facts.volume.value_or(0)));
  json.Bool("active", true);
  json.Text("marketType", facts.oddity == MarketOddity::kScalar ? "scalar" : "normal");
  if (facts.oddity == MarketOddity::kScalar) json.Text("formatType", "decimal");
  json.Bool("closed", facts.IsClosed());
  json.Text("marketMakerAddress", HexAddress(facts.hash, 110));
  json.Integer("updatedBy", static_cast<std::int64_t>(facts.hash % 20));
  json.Text("createdAt", FormatIso(facts.created));
  json.Text("updatedAt", FormatIso(facts.updated));
  if (facts.closed) json.Text("closedTime", FormatSpaced(*facts.closed));
  json.Fields(R"("mailchimpTag":"3917403")");
  json.Bool("archived", facts.is_archived);
  json.Bool("restricted", false);
}

void WriteNumbers(JsonObject& json, const MarketFacts& facts) {
  json.Number("volumeNum", Cents(facts.volume.value_or(0)));
  json.Number("liquidityNum", Cents(facts.liquidity.value_or(0)));
  if (facts.end) json.Text("endDateIso", FormatDate(*facts.end));
  json.Fields(R"("hasReviewedDates":true,"readyForCron":true)");
  json.Number("volume24hr", facts.recent.day);
  json.Number("volume1wk", facts.recent.week);
  json.Number("volume1mo", facts.recent.month);
  json.Number("volume1yr", facts.recent.year);
  if (!facts.tokens.empty()) json.Text("clobTokenIds", ListText(facts.tokens));
  json.Fields(
      R"("fpmmLive":true,"volume1wkAmm":0,"volume1moAmm":0,"volume1yrAmm":0,"volume1wkClob":0,"volume1moClob":0,)"
      R"("volume1yrClob":0)");
}

}  // namespace

std::string PictureUrl(std::string_view slug) {
  return "https://polymarket-upload.s3.us-east-2.amazonaws.com/" + std::string(slug) + ".png";
}

void WriteDescription(JsonObject& json, const MarketFacts& facts) {
  if (facts.oddity == MarketOddity::kNoDescription) return;
  std::string text = RulesText(facts.hash, facts.question);
  if (facts.oddity == MarketOddity::kEmptyDescription) text.clear();
  if (facts.oddity == MarketOddity::kBlankLines)
    text = "\n\n" + text + "\r\n\r\n\t \n\nUpdate:\v late\u2028line\n";
  if (facts.oddity == MarketOddity::kHtml)
    text = "<p>" + text + "</p><br/><a href=\"https://x.y/?a=1&b=2\">x</a>";
  json.Text("description", text);
}

void WriteAmmFields(JsonObject& json, const MarketFacts& facts, std::string_view parents) {
  json.Text("id", std::to_string(facts.id));
  json.Text("question", facts.question);
  json.Text("conditionId", facts.condition_id);
  json.Text("slug", facts.slug);
  json.Text("twitterCardImage", PictureUrl("polymarket-twitter-card"));
  json.Text("resolutionSource", facts.hash % 2 == 0 ? "coingecko.com" : "");
  if (facts.end) json.Text("endDate", FormatIso(*facts.end));
  json.Text("category", facts.hash % 3 == 0 ? "US-current-affairs" : "Crypto");
  json.Text("liquidity", FormatNumber(facts.liquidity.value_or(0)));
  json.Text("fee", "20000000000000000");
  json.Text("image", PictureUrl(facts.slug));
  json.Text("icon", PictureUrl(facts.slug));
  if (facts.oddity == MarketOddity::kScalar)
    json.Fields(R"("lowerBound":"5000","upperBound":"15000")");
  WriteDescription(json, facts);
  WriteMarket(json, facts);
  WriteNumbers(json, facts);
  if (!parents.empty()) json.Raw("events", parents);
  json.Fields(
      R"("creator":"","ready":false,"funded":false,"cyom":false,"competitive":0,"pagerDutyNotificationEnabled":false,)"
      R"("approved":true,"rewardsMinSize":0,"rewardsMaxSpread":0,"spread":1,"oneDayPriceChange":0,)"
      R"("oneHourPriceChange":0,"oneWeekPriceChange":0,"oneMonthPriceChange":0,"oneYearPriceChange":0,)"
      R"("lastTradePrice":0,"bestBid":0,"bestAsk":1,"clearBookOnStart":true,"manualActivation":false,)"
      R"("negRiskOther":false,"umaResolutionStatuses":"[]","pendingDeployment":false,"deploying":false,)"
      R"("rfqEnabled":false,"holdingRewardsEnabled":false,"feesEnabled":false,"requiresTranslation":false,)"
      R"("feeType":null)");
}

}  // namespace polyhouse
