#include "market_json.h"

#include <cmath>

#include "amm_market_json.h"
#include "dice.h"
#include "json_object.h"
#include "market_ids.h"

namespace polyhouse {
namespace {

/// The status of the oracle, empty for no such key.
std::string_view UmaStatus(const MarketFacts& facts) {
  if (facts.IsPlaceholder()) return "";
  if (facts.phase == MarketPhase::kResolved) return "resolved";
  if (facts.phase == MarketPhase::kProposed || facts.oddity == MarketOddity::kProposed)
    return "proposed";
  return facts.oddity == MarketOddity::kDisputed ? "disputed" : "";
}

std::string_view UmaStatuses(const MarketFacts& facts) {
  if (facts.oddity == MarketOddity::kDisputed) return R"(["proposed", "disputed", "proposed"])";
  return UmaStatus(facts).empty() ? "[]" : R"(["proposed"])";
}

void WriteUmaEnd(JsonObject& json, const MarketFacts& facts) {
  if (facts.phase != MarketPhase::kResolved) return;
  if (facts.oddity == MarketOddity::kDateOnlyUmaEnd) {
    json.Text("umaEndDate", FormatDate(*facts.closed));
  } else if (facts.oddity == MarketOddity::kOddOffsetUmaEnd) {
    std::string text = FormatSpaced(*facts.closed);
    json.Text("umaEndDate", text.replace(text.size() - 3, 3, " +00:00:00"));
  } else {
    json.Text("umaEndDate", FormatIso(*facts.closed));
  }
}

void WriteHead(JsonObject& json, const MarketFacts& facts) {
  json.Text("id", std::to_string(facts.id));
  if (facts.oddity == MarketOddity::kNullQuestion) {
    json.Raw("question", "null");
  } else {
    json.Text("question", facts.question);
  }
  json.Text("conditionId", facts.condition_id);
  json.Text("slug", facts.slug);
  const bool has_nulls = facts.oddity == MarketOddity::kNullValues;
  if (has_nulls)
    json.Fields(R"("category":null,"resolutionSource":null,"ammType":null,"gameId":null)");
  if (!has_nulls && facts.hash % 3 != 0) json.Text("resolutionSource", "");
  if (facts.end) json.Text("endDate", FormatIso(*facts.end));
  if (facts.liquidity) json.Text("liquidity", FormatNumber(*facts.liquidity));
  if (facts.start) json.Text("startDate", FormatIso(*facts.start));
  json.Text("image", PictureUrl(facts.slug));
  json.Text("icon", PictureUrl(facts.slug));
  WriteDescription(json, facts);
}

void WriteOutcomes(JsonObject& json, const MarketFacts& facts) {
  json.Text("outcomes", ListText(facts.outcomes));
  if (facts.oddity == MarketOddity::kNoPrices || facts.IsPlaceholder()) return;
  json.Text("outcomePrices", ListText(facts.prices));
}

void WriteState(JsonObject& json, const MarketFacts& facts) {
  if (facts.volume) json.Text("volume", FormatNumber(*facts.volume));
  json.Bool("active", true);
  json.Bool("closed", facts.IsClosed());
  json.Text("marketMakerAddress", "");
  json.Text("createdAt", FormatIso(facts.created));
  json.Text("updatedAt", FormatIso(facts.updated));
  if (facts.closed && !facts.IsPlaceholder()) {
    json.Text("closedTime", FormatSpaced(*facts.closed));
  } else if (facts.oddity == MarketOddity::kNullValues) {
    json.Raw("closedTime", "null");
  }
  json.Fields(R"("new":false,"featured":false)");
  json.Text("submitted_by", HexAddress(facts.hash % 5, 111));
  json.Bool("archived", facts.is_archived);
  json.Text("resolvedBy", HexAddress(facts.hash % 3, 112));
  json.Bool("restricted", true);
  json.Text("groupItemTitle", facts.group_item_title);
  json.Text("groupItemThreshold", std::to_string(facts.ordinal));
}

void WriteOracle(JsonObject& json, const MarketFacts& facts) {
  if (!facts.IsPlaceholder()) json.Text("questionID", HexWord(facts.hash, 113));
  WriteUmaEnd(json, facts);
  json.Bool("enableOrderBook", true);
  json.Number("orderPriceMinTickSize", facts.hash % 4 == 0 ? 0.01 : 0.001);
  json.Integer("orderMinSize", 5);
  const std::string_view status = UmaStatus(facts);
  if (!status.empty()) json.Text("umaResolutionStatus", status);
  if (facts.volume) json.Number("volumeNum", *facts.volume);
  if (facts.liquidity) json.Number("liquidityNum", *facts.liquidity);
  if (facts.end) json.Text("endDateIso", FormatDate(*facts.end));
  if (facts.start) json.Text("startDateIso", FormatDate(*facts.start));
  json.Bool("hasReviewedDates", true);
}

void WriteVolumes(JsonObject& json, const MarketFacts& facts, bool of_order_book) {
  const std::string_view suffix = of_order_book ? "Clob" : "";
  const auto write = [&](std::string_view name, double value) {
    json.Number(std::string(name).append(suffix), value);
  };
  if (!facts.IsClosed()) write("volume24hr", facts.recent.day);
  write("volume1wk", facts.recent.week);
  write("volume1mo", facts.recent.month);
  write("volume1yr", facts.recent.year);
  if (!of_order_book) return;
  if (facts.volume) json.Number("volumeClob", *facts.volume);
  if (facts.liquidity) json.Number("liquidityClob", *facts.liquidity);
}

void WriteTokens(JsonObject& json, const MarketFacts& facts) {
  if (facts.kind == EventKind::kGame && facts.end) {
    json.Text("gameStartTime", FormatSpaced(*facts.end));
    json.Integer("secondsDelay", 3);
  }
  if (facts.oddity == MarketOddity::kEmptyTokens) json.Text("clobTokenIds", "");
  if (!facts.tokens.empty()) json.Text("clobTokenIds", ListText(facts.tokens));
  if (facts.era == MarketEra::kPositions && !facts.IsPlaceholder()) {
    json.Raw("positionIds",
             "[\"" + MakePositionId(facts.condition_id, 0) + "\",\"" +
                 MakePositionId(facts.condition_id, 1) + "\"]");
    json.Text("comboStatus", "enabled");
  }
  json.Fields(R"("umaBond":"500","umaReward":"2")");
}

void WriteTrading(JsonObject& json, const MarketFacts& facts) {
  if (facts.era >= MarketEra::kClob)
    json.Fields(R"("makerBaseFee":1000,"takerBaseFee":1000,"customLiveness":0)");
  json.Bool("acceptingOrders",
            (!facts.IsClosed() && !facts.IsPlaceholder()) ||
                facts.oddity == MarketOddity::kAcceptingWhileClosed);
  if (facts.oddity == MarketOddity::kSparse ||
      (facts.era == MarketEra::kEarlyClob && facts.hash % 4 == 0))
    return;
  json.Bool("negRisk", facts.is_neg_risk);
  if (facts.is_neg_risk)
    json.Text("negRiskMarketID", HexWord(facts.group_hash, 114).replace(64, 2, "00"));
  json.Text("negRiskRequestID", facts.is_neg_risk ? HexWord(facts.hash, 115) : "");
}

void WriteRewards(JsonObject& json, const MarketFacts& facts) {
  if (facts.start)
    json.Text("acceptingOrdersTimestamp",
              FormatIso(std::chrono::floor<std::chrono::seconds>(*facts.start)));
  json.Fields(R"("cyom":false)");
  if (!facts.IsClosed()) json.Number("competitive", facts.competitive);
  json.Fields(R"("pagerDutyNotificationEnabled":false,"approved":true)");
  if (!facts.IsClosed() && facts.hash % 4 == 1) {
    json.Key("clobRewards");
    json.out() += '[';
    JsonObject reward(json.out());
    reward.Text("id", std::to_string(facts.hash % 400'000));
    reward.Text("conditionId", facts.condition_id);
    reward.Text("assetAddress", "0x2791Bca1f2de4661ED88A30C99A7a9449Aa84174");
    reward.Fields(R"("rewardsAmount":0,"rewardsDailyRate":1)");
    reward.Text("startDate", FormatDate(facts.created));
    reward.Text("endDate", "2500-12-31");
    reward.Close();
    json.out() += ']';
  }
  json.Fields(R"("rewardsMinSize":20,"rewardsMaxSpread":3.5)");
}

void WritePrices(JsonObject& json, const MarketFacts& facts) {
  const auto round = [](double value) { return std::round(value * 1e4) / 1e4; };
  json.Number("spread", facts.spread);
  if (facts.phase == MarketPhase::kResolved) json.Bool("automaticallyResolved", true);
  json.Number("oneDayPriceChange", round(Unit(Draw(facts.hash, 116)) / 10 - 0.05));
  json.Number("lastTradePrice", facts.price);
  if (!facts.IsClosed())
    json.Number("bestBid", round(std::fmax(0, facts.price - facts.spread / 2)));
  json.Number("bestAsk", round(std::fmin(1, facts.price + facts.spread / 2)));
  json.Fields(R"("automaticallyActive":true,"clearBookOnStart":true,"manualActivation":false)");
  json.Bool("negRiskOther", facts.is_neg_risk && facts.ordinal % 30 == 29);
}

void WriteTail(JsonObject& json, const MarketFacts& facts) {
  if (facts.kind == EventKind::kGame) {
    json.Text("sportsMarketType",
              facts.ordinal == 0       ? "moneyline"
              : facts.ordinal % 2 == 1 ? "spreads"
                                       : "totals");
    const auto step = facts.ordinal / 2;
    const double line = 0.5 + static_cast<double>(step);
    if (facts.ordinal > 0) json.Number("line", facts.ordinal % 2 == 1 ? -line : line);
  }
  json.Text("umaResolutionStatuses", UmaStatuses(facts));
  json.Fields(R"("pendingDeployment":false,"deploying":false)");
  json.Text("deployingTimestamp", FormatIso(facts.created + std::chrono::microseconds(20'500'000)));
  if (facts.era == MarketEra::kEarlyClob) return;
  json.Fields(R"("rfqEnabled":false,"holdingRewardsEnabled":false)");
  const bool has_fees = facts.era == MarketEra::kPositions && facts.hash % 3 == 0;
  json.Bool("feesEnabled", has_fees);
  if (facts.hash % 2 == 0) json.Bool("requiresTranslation", false);
  if (has_fees) {
    json.Fields(
        R"("feeType":"crypto_fees_v2","feeSchedule":{"exponent":1,"rate":0.07,"takerOnly":true,"rebateRate":0.2})");
  } else if (facts.era == MarketEra::kPositions || facts.hash % 5 == 0) {
    json.Raw("feeType", "null");
  }
  if (facts.era == MarketEra::kPositions) {
    json.Text("version", facts.oddity == MarketOddity::kPositionsOnly ? "v2" : "v1");
  }
}

void WriteClobFields(JsonObject& json, const MarketFacts& facts, std::string_view parents) {
  WriteHead(json, facts);
  WriteOutcomes(json, facts);
  WriteState(json, facts);
  WriteOracle(json, facts);
  const bool is_sparse = facts.oddity == MarketOddity::kSparse;
  if (!is_sparse) WriteVolumes(json, facts, false);
  WriteTokens(json, facts);
  if (!is_sparse) WriteVolumes(json, facts, true);
  WriteTrading(json, facts);
  if (!parents.empty()) json.Raw("events", parents);
  json.Fields(R"("ready":false,"funded":false)");
  WriteRewards(json, facts);
  WritePrices(json, facts);
  WriteTail(json, facts);
}

}  // namespace

std::string ListText(const std::vector<std::string>& values) {
  std::string out = "[";
  for (const std::string& value : values) {
    if (out.size() > 1) out += ", ";
    AppendApiString(out, value);
  }
  return out += ']';
}

void AppendMarket(std::string& out,
                  const MarketFacts& facts,
                  std::string_view parents,
                  std::string_view tags) {
  JsonObject json(out);
  if (facts.era == MarketEra::kAmm) {
    WriteAmmFields(json, facts, parents);
  } else {
    WriteClobFields(json, facts, parents);
  }
  if (!tags.empty()) json.Raw("tags", tags);
  json.Close();
}

}  // namespace polyhouse
