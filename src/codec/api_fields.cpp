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
  auto status = reader.Read(value, draft.*kMember);
  if (!status) draft.*kMember = Draft<Row>().*kMember;
  return status;
}

/// Nobody knows the result of a market whose resolution cannot be read.
template <auto kMember>
Status ReadResolution(JsonReader& reader, JsonValue value, Draft<Market>& draft) {
  auto status = ReadInto<Market, kMember>(reader, value, draft);
  draft.resolution_is_readable = draft.resolution_is_readable && status;
  return status;
}

/// A text that is a key or an address and no prose: `null` and blanks in it say "none".
template <class Row, auto kMember>
Status ReadKey(JsonReader& reader, JsonValue value, Draft<Row>& draft) {
  auto status = ReadInto<Row, kMember>(reader, value, draft);
  if (SaysNone(draft.*kMember)) (draft.*kMember).clear();
  return status;
}

/// "v2", or its number alone.
Status ReadProtocol(JsonReader& reader, JsonValue value, Draft<Market>& market) {
  market.protocol.clear();
  auto status = reader.ReadWord(value, market.protocol);
  market.protocol_is_readable = status.has_value();
  const std::string& word = market.protocol;
  const bool is_number = word.find_first_not_of("0123456789") == std::string::npos;
  if (!word.empty() && is_number) market.protocol = "v" + word;
  return status;
}

/// As ReadResolution, of one word.
template <auto kMember>
Status ReadResolutionWord(JsonReader& reader, JsonValue value, Draft<Market>& draft) {
  auto status = ReadResolution<kMember>(reader, value, draft);
  if (SaysNone(draft.*kMember)) (draft.*kMember).clear();
  return status;
}

struct ParentEvent {
  EventId id;
  std::string slug;
  std::string ticker;
};

/// What is wanted of its fifty fields comes first, and the rest need not be looked at. One that
/// cannot be read, which is noted in `odd`, costs no other.
Status ReadParentEvent(JsonReader& reader,
                       simdjson::ondemand::object record,
                       ParentEvent& event,
                       Status& odd) {
  int found = 0;
  const auto keep = [&](Status status, std::string_view name) {
    ++found;
    if (!status && odd) odd = std::move(status).error().WithContext("field " + std::string(name));
    return Ok();
  };
  return ForEachFieldUntil(
      record,
      [&] { return found == 3; },
      [&](std::string_view name, JsonValue field) {
        if (name == "id") return keep(reader.Read(field, event.id), name);
        if (name == "slug") return keep(reader.Read(field, event.slug), name);
        if (name == "ticker") return keep(reader.Read(field, event.ticker), name);
        return Ok();
      });
}

Status ReadParentEvents(JsonReader& reader, JsonValue value, Draft<Market>& market) {
  std::vector<ParentEvent> events;
  Status odd = Ok();
  auto status = reader.ForEachObject(value, [&](simdjson::ondemand::object record) {
    return ReadParentEvent(reader, record, events.emplace_back(), odd);
  });
  auto& ids = market.event_ids;
  ids.clear();
  for (const ParentEvent& event : events) {
    const bool is_named = std::find(ids.begin(), ids.end(), event.id) != ids.end();
    if (!event.id.empty() && !is_named) ids.push_back(event.id);
  }
  if (events.empty()) return status;
  const auto named = std::find_if(
      events.begin(), events.end(), [](const ParentEvent& event) { return !event.id.empty(); });
  ParentEvent& first = named == events.end() ? events.front() : *named;
  market.event_id = std::move(first.id);
  market.event_slug = std::move(first.slug);
  market.ticker = std::move(first.ticker);
  return status ? odd : status;
}

/// `rate` of an object.
Status ReadFeeRate(JsonReader& reader, JsonValue value, Draft<Market>& market) {
  std::optional<DecimalText> rate;
  auto status = reader.ReadObjectWith(value, [&](simdjson::ondemand::object schedule) {
    return ForEachField(schedule, [&](std::string_view name, JsonValue field) {
      return name == "rate" ? reader.Read(field, rate) : Ok();
    });
  });
  if (status) market.fee_rate = std::move(rate);
  return status;
}

/// A tag is an object, or its label alone.
Result<std::string> ReadTag(JsonReader& reader, JsonValue value) {
  std::string label;
  simdjson::ondemand::object tag;
  if (value.get_object().get(tag) != simdjson::SUCCESS) {
    if (auto status = reader.Read(value, label); !status) return std::move(status).error();
    return label;
  }
  std::string slug;
  auto status = ForEachField(tag, [&](std::string_view name, JsonValue field) {
    if (name == "label") return reader.Read(field, label);
    return name == "slug" ? reader.Read(field, slug) : Ok();
  });
  if (!status) return std::move(status).error();
  return label.empty() ? slug : label;
}

Status ReadTags(JsonReader& reader, JsonValue value, Draft<Event>& event) {
  std::vector<std::string> labels;
  auto status = reader.ReadListWith(value, [&](simdjson::ondemand::array tags) {
    for (auto element : tags) {
      JsonValue tag;
      if (const auto code = element.get(tag)) return Status(JsonError(code));
      auto label = ReadTag(reader, tag);
      if (!label) return Status(std::move(label).error());
      if (!label->empty()) labels.push_back(std::move(*label));
    }
    return Ok();
  });
  if (status) event.tags.values = std::move(labels);
  return status;
}

Status CountMarkets(JsonReader& reader, JsonValue value, Draft<Event>& event) {
  std::uint32_t count = 0;
  auto status = reader.ForEachObject(value, [&](simdjson::ondemand::object) {
    ++count;
    return Ok();
  });
  event.markets_count = status ? count : 0;
  return status;
}

constexpr auto kUsedOfMarket = std::to_array<ApiField<Market>>({
    {"acceptingOrders", &ReadInto<Market, &Draft<Market>::accepting_orders>},
    {"active", &ReadInto<Market, &Draft<Market>::active>},
    {"archived", &ReadInto<Market, &Draft<Market>::archived>},
    {"bestAsk", &ReadInto<Market, &Draft<Market>::best_ask>},
    {"bestBid", &ReadInto<Market, &Draft<Market>::best_bid>},
    {"clobTokenIds", &ReadInto<Market, &Draft<Market>::tokens>},
    {"closed", &ReadInto<Market, &Draft<Market>::closed>},
    {"closedTime", &ReadInto<Market, &Draft<Market>::closed_time>},
    {"conditionId", &ReadKey<Market, &Draft<Market>::condition_id>},
    {"createdAt", &ReadInto<Market, &Draft<Market>::created_at>},
    {"description", &ReadInto<Market, &Draft<Market>::description>},
    {"endDate", &ReadInto<Market, &Draft<Market>::end_date>},
    {"events", &ReadParentEvents},
    {"feeSchedule", &ReadFeeRate},
    {"groupItemTitle", &ReadInto<Market, &Draft<Market>::group_item_title>},
    {"icon", &ReadKey<Market, &Draft<Market>::icon>},
    {"id", &ReadInto<Market, &Draft<Market>::id>},
    {"lastTradePrice", &ReadInto<Market, &Draft<Market>::last_trade_price>},
    {"liquidity", &ReadInto<Market, &Draft<Market>::liquidity>},
    {"negRisk", &ReadInto<Market, &Draft<Market>::neg_risk>},
    {"negRiskMarketID", &ReadKey<Market, &Draft<Market>::neg_risk_market_id>},
    {"orderMinSize", &ReadInto<Market, &Draft<Market>::min_order_size>},
    {"orderPriceMinTickSize", &ReadInto<Market, &Draft<Market>::tick_size>},
    {"outcomePrices", &ReadInto<Market, &Draft<Market>::outcome_prices>},
    {"outcomes", &ReadInto<Market, &Draft<Market>::outcomes>},
    {"positionIds", &ReadInto<Market, &Draft<Market>::position_ids>},
    {"question", &ReadInto<Market, &Draft<Market>::question>},
    {"questionID", &ReadKey<Market, &Draft<Market>::question_id>},
    {"resolutionSource", &ReadKey<Market, &Draft<Market>::resolution_source>},
    {"resolutionStatus", &ReadResolutionWord<&Draft<Market>::own_resolution_status>},
    {"slug", &ReadInto<Market, &Draft<Market>::market_slug>},
    {"spread", &ReadInto<Market, &Draft<Market>::spread>},
    {"startDate", &ReadInto<Market, &Draft<Market>::start_date>},
    {"umaResolutionStatus", &ReadResolutionWord<&Draft<Market>::resolution_status>},
    {"umaResolutionStatuses", &ReadResolution<&Draft<Market>::uma_statuses>},
    {"updatedAt", &ReadInto<Market, &Draft<Market>::updated_at>},
    {"version", &ReadProtocol},
    {"volume", &ReadInto<Market, &Draft<Market>::volume>},
    {"volume24hr", &ReadInto<Market, &Draft<Market>::volume_24h>},
});

constexpr auto kUnusedOfMarket = std::to_array<std::string_view>({
    "acceptingOrdersTimestamp",
    "ammType",
    "approved",
    "automaticallyActive",
    "automaticallyResolved",
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
    "hasReviewedDates",
    "holdingRewardsEnabled",
    "iconOptimized",
    "image",
    "imageOptimized",
    "internalUsers",
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
    "negRiskOther",
    "negRiskRequestID",
    "new",
    "notificationsEnabled",
    "oneDayPriceChange",
    "oneHourPriceChange",
    "oneMonthPriceChange",
    "oneWeekPriceChange",
    "oneYearPriceChange",
    "pagerDutyNotificationEnabled",
    "pastSlugs",
    "pendingDeployment",
    "ready",
    "readyForCron",
    "readyTimestamp",
    "requiresTranslation",
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
    {"commentCount", &ReadInto<Event, &Draft<Event>::comment_count>},
    {"createdAt", &ReadInto<Event, &Draft<Event>::created_at>},
    {"description", &ReadInto<Event, &Draft<Event>::description>},
    {"endDate", &ReadInto<Event, &Draft<Event>::end_date>},
    {"icon", &ReadKey<Event, &Draft<Event>::icon>},
    {"id", &ReadInto<Event, &Draft<Event>::id>},
    {"liquidity", &ReadInto<Event, &Draft<Event>::liquidity>},
    {"markets", &CountMarkets},
    {"negRisk", &ReadInto<Event, &Draft<Event>::neg_risk>},
    {"parentEventId", &ReadInto<Event, &Draft<Event>::parent_event_id>},
    {"seriesSlug", &ReadInto<Event, &Draft<Event>::series_slug>},
    {"slug", &ReadInto<Event, &Draft<Event>::slug>},
    {"startDate", &ReadInto<Event, &Draft<Event>::start_date>},
    {"startTime", &ReadInto<Event, &Draft<Event>::start_time>},
    {"tags", &ReadTags},
    {"ticker", &ReadInto<Event, &Draft<Event>::ticker>},
    {"title", &ReadInto<Event, &Draft<Event>::title>},
    {"updatedAt", &ReadInto<Event, &Draft<Event>::updated_at>},
    {"volume", &ReadInto<Event, &Draft<Event>::volume>},
    {"volume24hr", &ReadInto<Event, &Draft<Event>::volume_24h>},
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
std::string_view RecordsName<Market>() {
  return "markets";
}

template <>
std::string_view RecordsName<Event>() {
  return "events";
}

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
