#include "codec/api_fields.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <span>
#include <vector>

namespace polyhouse {
namespace {

template <class Row, auto kMember>
Status ReadInto(JsonReader& reader, JsonValue value, Draft<Row>& draft) {
  return reader.Read(value, draft.*kMember);
}

/// Only the first event counts: no market was ever seen with two. What is wanted of its fifty
/// fields comes first, and the rest need not be looked at.
Status ReadParentEvent(JsonReader& reader, JsonValue value, Draft<Market>& market) {
  return ForEachObject(value, [&, first = true](simdjson::ondemand::object event) mutable {
    if (!std::exchange(first, false)) return Ok();
    int found = 0;
    return ForEachFieldUntil(
        event,
        [&] { return found == 3; },
        [&](std::string_view name, JsonValue field) {
          if (name == "id") return ++found, reader.Read(field, market.event_id);
          if (name == "slug") return ++found, reader.Read(field, market.event_slug);
          if (name == "ticker") return ++found, reader.Read(field, market.ticker);
          return Ok();
        });
  });
}

Status ReadTags(JsonReader& reader, JsonValue value, Draft<Event>& event) {
  event.tags.values.clear();
  return ForEachObject(value, [&](simdjson::ondemand::object tag) {
    std::string label;
    auto status = ForEachField(tag, [&](std::string_view name, JsonValue field) {
      return name == "label" ? reader.Read(field, label) : Ok();
    });
    if (status && !label.empty()) event.tags.values.push_back(std::move(label));
    return status;
  });
}

Status CountMarkets(JsonReader&, JsonValue value, Draft<Event>& event) {
  event.markets_count = 0;
  return ForEachObject(value, [&](simdjson::ondemand::object) {
    ++event.markets_count;
    return Ok();
  });
}

constexpr auto kUsedOfMarket = std::to_array<ApiField<Market>>({
    {"active", &ReadInto<Market, &Draft<Market>::active>},
    {"archived", &ReadInto<Market, &Draft<Market>::archived>},
    {"clobTokenIds", &ReadInto<Market, &Draft<Market>::tokens>},
    {"closed", &ReadInto<Market, &Draft<Market>::closed>},
    {"closedTime", &ReadInto<Market, &Draft<Market>::closed_time>},
    {"conditionId", &ReadInto<Market, &Draft<Market>::condition_id>},
    {"createdAt", &ReadInto<Market, &Draft<Market>::created_at>},
    {"description", &ReadInto<Market, &Draft<Market>::description>},
    {"endDate", &ReadInto<Market, &Draft<Market>::end_date>},
    {"events", &ReadParentEvent},
    {"id", &ReadInto<Market, &Draft<Market>::id>},
    {"liquidity", &ReadInto<Market, &Draft<Market>::liquidity>},
    {"negRisk", &ReadInto<Market, &Draft<Market>::neg_risk>},
    {"outcomePrices", &ReadInto<Market, &Draft<Market>::outcome_prices>},
    {"outcomes", &ReadInto<Market, &Draft<Market>::outcomes>},
    {"positionIds", &ReadInto<Market, &Draft<Market>::position_ids>},
    {"question", &ReadInto<Market, &Draft<Market>::question>},
    {"resolutionStatus", &ReadInto<Market, &Draft<Market>::own_resolution_status>},
    {"slug", &ReadInto<Market, &Draft<Market>::market_slug>},
    {"umaResolutionStatus", &ReadInto<Market, &Draft<Market>::resolution_status>},
    {"updatedAt", &ReadInto<Market, &Draft<Market>::updated_at>},
    {"version", &ReadInto<Market, &Draft<Market>::position_system>},
    {"volume", &ReadInto<Market, &Draft<Market>::volume>},
});

constexpr auto kUnusedOfMarket = std::to_array<std::string_view>({
    "acceptingOrders",
    "acceptingOrdersTimestamp",
    "ammType",
    "approved",
    "automaticallyActive",
    "automaticallyResolved",
    "bestAsk",
    "bestBid",
    "categories",
    "category",
    "categoryMailchimpTag",
    "chartColor",
    "clearBookOnStart",
    "clobRewards",
    "comboStatus",
    "commentsEnabled",
    "competitive",
    "createdBy",
    "creator",
    "cryptoMarketConfig",
    "curationOrder",
    "customLiveness",
    "cyom",
    "denominationToken",
    "deploying",
    "deployingTimestamp",
    "disqusThread",
    "enableOrderBook",
    "endDateIso",
    "eventStartTime",
    "featured",
    "fee",
    "feeSchedule",
    "feeType",
    "feesEnabled",
    "formatType",
    "fpmmLive",
    "funded",
    "fundedTimestamp",
    "gameId",
    "gameStartTime",
    "groupItemRange",
    "groupItemThreshold",
    "groupItemTitle",
    "hasReviewedDates",
    "holdingRewardsEnabled",
    "icon",
    "iconOptimized",
    "image",
    "imageOptimized",
    "internalUsers",
    "lastTradePrice",
    "line",
    "liquidityAmm",
    "liquidityClob",
    "liquidityNum",
    "lowerBound",
    "mailchimpTag",
    "makerBaseFee",
    "makerRebatesFeeShareBps",
    "manualActivation",
    "marketGroup",
    "marketMakerAddress",
    "marketMetadata",
    "marketType",
    "markets",
    "negRiskMarketID",
    "negRiskOther",
    "negRiskRequestID",
    "new",
    "notificationsEnabled",
    "oneDayPriceChange",
    "oneHourPriceChange",
    "oneMonthPriceChange",
    "oneWeekPriceChange",
    "oneYearPriceChange",
    "orderMinSize",
    "orderPriceMinTickSize",
    "pagerDutyNotificationEnabled",
    "pastSlugs",
    "pendingDeployment",
    "questionID",
    "ready",
    "readyForCron",
    "readyTimestamp",
    "requiresTranslation",
    "resolutionSource",
    "resolvedBy",
    "restricted",
    "rewardsMaxSpread",
    "rewardsMinSize",
    "rfqEnabled",
    "scheduledDeploymentTimestamp",
    "score",
    "secondsDelay",
    "sentDiscord",
    "seriesColor",
    "shortOutcomes",
    "showGmpOutcome",
    "showGmpSeries",
    "sponsorImage",
    "sportsMarketType",
    "spread",
    "startDate",
    "startDateIso",
    "subcategory",
    "submitted_by",
    "tags",
    "takerBaseFee",
    "teamAID",
    "teamBID",
    "ticker",
    "twitterCardImage",
    "twitterCardLastRefreshed",
    "twitterCardLastValidated",
    "twitterCardLocation",
    "umaBond",
    "umaEndDate",
    "umaEndDateIso",
    "umaResolutionStatuses",
    "umaReward",
    "updatedBy",
    "upperBound",
    "volume1mo",
    "volume1moAmm",
    "volume1moClob",
    "volume1wk",
    "volume1wkAmm",
    "volume1wkClob",
    "volume1yr",
    "volume1yrAmm",
    "volume1yrClob",
    "volume24hr",
    "volume24hrAmm",
    "volume24hrClob",
    "volumeAmm",
    "volumeClob",
    "volumeNum",
    "wideFormat",
    "xAxisValue",
    "yAxisValue",
});

constexpr auto kUsedOfEvent = std::to_array<ApiField<Event>>({
    {"active", &ReadInto<Event, &Draft<Event>::active>},
    {"archived", &ReadInto<Event, &Draft<Event>::archived>},
    {"closed", &ReadInto<Event, &Draft<Event>::closed>},
    {"closedTime", &ReadInto<Event, &Draft<Event>::closed_time>},
    {"createdAt", &ReadInto<Event, &Draft<Event>::created_at>},
    {"description", &ReadInto<Event, &Draft<Event>::description>},
    {"endDate", &ReadInto<Event, &Draft<Event>::end_date>},
    {"id", &ReadInto<Event, &Draft<Event>::id>},
    {"liquidity", &ReadInto<Event, &Draft<Event>::liquidity>},
    {"markets", &CountMarkets},
    {"negRisk", &ReadInto<Event, &Draft<Event>::neg_risk>},
    {"seriesSlug", &ReadInto<Event, &Draft<Event>::series_slug>},
    {"slug", &ReadInto<Event, &Draft<Event>::slug>},
    {"startDate", &ReadInto<Event, &Draft<Event>::start_date>},
    {"tags", &ReadTags},
    {"ticker", &ReadInto<Event, &Draft<Event>::ticker>},
    {"title", &ReadInto<Event, &Draft<Event>::title>},
    {"updatedAt", &ReadInto<Event, &Draft<Event>::updated_at>},
    {"volume", &ReadInto<Event, &Draft<Event>::volume>},
});

constexpr auto kUnusedOfEvent = std::to_array<std::string_view>({
    "automaticallyActive",
    "automaticallyResolved",
    "cantEstimate",
    "categories",
    "category",
    "chats",
    "collections",
    "color",
    "commentCount",
    "commentsEnabled",
    "competitive",
    "countryName",
    "createdBy",
    "creationDate",
    "cumulativeMarkets",
    "cyom",
    "deploying",
    "deployingTimestamp",
    "disqusThread",
    "elapsed",
    "electionType",
    "enableNegRisk",
    "enableOrderBook",
    "ended",
    "estimateValue",
    "estimatedValue",
    "eventCreators",
    "eventDate",
    "eventMetadata",
    "eventWeek",
    "featured",
    "featuredImage",
    "featuredImageOptimized",
    "featuredOrder",
    "finishedTimestamp",
    "gameId",
    "gameStatus",
    "gmpChartMode",
    "icon",
    "iconOptimized",
    "image",
    "imageOptimized",
    "isTemplate",
    "liquidityAmm",
    "liquidityClob",
    "live",
    "negRiskAugmented",
    "negRiskFeeBips",
    "negRiskMarketID",
    "new",
    "openInterest",
    "parentEventId",
    "pendingDeployment",
    "period",
    "published_at",
    "requiresTranslation",
    "resolutionSource",
    "restricted",
    "scheduledDeploymentTimestamp",
    "score",
    "series",
    "showAllOutcomes",
    "showMarketImages",
    "sortBy",
    "sport",
    "spreadsMainLine",
    "startTime",
    "subEvents",
    "subcategory",
    "subtitle",
    "tag_labels",
    "tag_slugs",
    "teams",
    "templates",
    "totalsMainLine",
    "tweetCount",
    "updatedBy",
    "version",
    "volume1mo",
    "volume1wk",
    "volume1yr",
    "volume24hr",
});

/// A fixed set of fields in open addressing: one multiplication and, nearly always, one comparison
/// a look-up.
template <class Row>
class FieldTable {
 public:
  FieldTable(std::span<const ApiField<Row>> used, std::span<const std::string_view> unused)
      : slots_(kSlots) {
    for (const auto& field : used) Insert(field);
    for (const std::string_view name : unused) Insert({name, nullptr});
  }

  const ApiField<Row>* Find(std::string_view name) const {
    for (std::size_t i = Hash(name); !slots_[i].name.empty(); i = (i + 1) % kSlots) {
      if (slots_[i].name == name) return &slots_[i];
    }
    return nullptr;
  }

 private:
  static constexpr std::size_t kSlots = 1024;

  /// From the length and the first and last eight bytes.
  static std::size_t Hash(std::string_view name) {
    std::uint64_t head = 0;
    std::uint64_t tail = 0;
    const std::size_t n = std::min<std::size_t>(name.size(), 8);
    std::memcpy(&head, name.data(), n);
    std::memcpy(&tail, name.data() + name.size() - n, n);
    return ((head + 31 * tail + name.size()) * 0x9E3779B97F4A7C15U) >> 54U;
  }

  void Insert(ApiField<Row> field) {
    std::size_t i = Hash(field.name);
    while (!slots_[i].name.empty()) i = (i + 1) % kSlots;
    slots_[i] = field;
  }

  std::vector<ApiField<Row>> slots_;
};

}  // namespace

template <>
const ApiField<Market>* FindApiField<Market>(std::string_view name) {
  static const FieldTable<Market> table(kUsedOfMarket, kUnusedOfMarket);
  return table.Find(name);
}

template <>
const ApiField<Event>* FindApiField<Event>(std::string_view name) {
  static const FieldTable<Event> table(kUsedOfEvent, kUnusedOfEvent);
  return table.Find(name);
}

}  // namespace polyhouse
