#include "generated_rows.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "event_json.h"
#include "event_text.h"
#include "json_object.h"
#include "market_facts.h"
#include "market_ids.h"
#include "market_json.h"

namespace polyhouse {
namespace {

SortValue ValueOf(const std::optional<double>& number) {
  return number ? SortValue(*number) : SortValue(std::monostate());
}

SortValue ValueOf(const std::optional<Moment>& moment) {
  if (!moment) return std::monostate();
  return static_cast<double>(moment->time_since_epoch().count());
}

/// The row with this id among seeds ordered by id.
template <class Seed>
std::vector<RowNumber> RowWithId(const std::vector<Seed>& seeds, std::optional<std::uint64_t> id) {
  if (!id) return {};
  const auto at = std::partition_point(
      seeds.begin(), seeds.end(), [&](const Seed& seed) { return seed.id < *id; });
  if (at == seeds.end() || at->id != *id) return {};
  return {static_cast<RowNumber>(at - seeds.begin())};
}

std::optional<std::uint64_t> ParseId(std::string_view text) {
  std::uint64_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return id;
}

SortValue RecentValue(const RecentVolume& recent, OrderField field) {
  if (field == OrderField::kVolume24hr) return recent.day;
  if (field == OrderField::kVolume1wk) return recent.week;
  return field == OrderField::kVolume1mo ? recent.month : recent.year;
}

class MarketRows final : public Rows {
 public:
  explicit MarketRows(const Population& population) : population_(population) {}

  RowNumber Count() const override { return static_cast<RowNumber>(population_.markets.size()); }
  std::uint64_t Id(RowNumber row) const override { return population_.markets[row].id; }
  bool IsClosed(RowNumber row) const override {
    return population_.market_states.Now(row).phase != MarketPhase::kOpen;
  }
  Visibility VisibilityOf(RowNumber row, Revision revision) const override {
    return population_.market_states.At(row, revision).visibility;
  }
  bool HasCondition(RowNumber row) const override;
  SortValue Value(RowNumber row, OrderField field) const override;
  std::vector<RowNumber> Find(LookupKey by, std::string_view text) const override;
  void Render(RowNumber row, const RenderOptions& options, std::string& out) const override;

 private:
  MarketFacts FactsOf(RowNumber row) const;

  const Population& population_;
};

MarketFacts MarketRows::FactsOf(RowNumber row) const {
  const std::uint32_t event = population_.markets[row].event;
  if (event == kNoEvent) return DescribeMarket(population_, row, nullptr, kNow);
  const EventFacts parent = DescribeEvent(population_, event, kNow);
  return DescribeMarket(population_, row, &parent, kNow);
}

bool MarketRows::HasCondition(RowNumber row) const {
  return !DescribeMarketNumbers(population_, row, kNow).IsPlaceholder();
}

SortValue TimeValue(const MarketFacts& facts, OrderField field) {
  if (field == OrderField::kStartDate) return ValueOf(facts.start);
  if (field == OrderField::kEndDate) return ValueOf(facts.end);
  if (field == OrderField::kClosedTime) return ValueOf(facts.closed);
  return ValueOf(std::optional(field == OrderField::kCreatedAt ? facts.created : facts.updated));
}

SortValue TextValue(const std::optional<double>& number) {
  return number ? SortValue(FormatNumber(*number)) : SortValue(std::monostate());
}

/// `volume24hr` and its like; old rows have all of them, closed and sparse ones do not.
SortValue RecentValueOf(const MarketFacts& facts, OrderField field) {
  const bool is_missing =
      facts.oddity == MarketOddity::kSparse ||
      (field == OrderField::kVolume24hr && facts.IsClosed() && facts.era != MarketEra::kAmm);
  return is_missing ? SortValue(std::monostate()) : RecentValue(facts.recent, field);
}

SortValue MarketRows::Value(RowNumber row, OrderField field) const {
  const MarketFacts facts =
      field == OrderField::kSlug ? FactsOf(row) : DescribeMarketNumbers(population_, row, kNow);
  const auto rounded = [&](std::optional<double> value) {  // old rows round their numbers
    const bool is_old = value && facts.era == MarketEra::kAmm;
    return ValueOf(is_old ? std::round(*value * 100) / 100 : value);
  };
  switch (field) {
    case OrderField::kId:
      return static_cast<double>(facts.id);
    case OrderField::kSlug:
      return facts.slug;
    case OrderField::kVolume:
      return TextValue(facts.volume);
    case OrderField::kVolumeNum:
      return rounded(facts.volume);
    case OrderField::kLiquidity:
      return TextValue(facts.liquidity);
    case OrderField::kLiquidityNum:
      return rounded(facts.liquidity);
    case OrderField::kVolume24hr:
    case OrderField::kVolume1wk:
    case OrderField::kVolume1mo:
    case OrderField::kVolume1yr:
      return RecentValueOf(facts, field);
    case OrderField::kStartDate:
    case OrderField::kEndDate:
    case OrderField::kCreatedAt:
    case OrderField::kUpdatedAt:
    case OrderField::kClosedTime:
      return TimeValue(facts, field);
    case OrderField::kCompetitive:
      return facts.competitive;
    case OrderField::kSpread:
      return facts.spread;
    case OrderField::kLastTradePrice:
      return facts.price;
    case OrderField::kBestBid:
      return facts.price - facts.spread / 2;
    case OrderField::kBestAsk:
      return facts.price + facts.spread / 2;
  }
  return std::monostate();
}

std::vector<RowNumber> MarketRows::Find(LookupKey by, std::string_view text) const {
  const auto& seeds = population_.markets;
  std::vector<RowNumber> rows;
  switch (by) {
    case LookupKey::kId:
      return RowWithId(seeds, ParseId(text));
    case LookupKey::kSlug:
      rows = RowWithId(seeds, IdOfSlug(text));
      if (!rows.empty() && FactsOf(rows[0]).slug != text) rows.clear();
      return rows;
    case LookupKey::kConditionId:
      rows = RowWithId(seeds, MarketOfCondition(population_.seed, text));
      if (!rows.empty() && FactsOf(rows[0]).condition_id != text) rows.clear();
      return rows;
    case LookupKey::kTokenId:
      rows = RowWithId(seeds, MarketOfToken(population_.seed, text));
      if (!rows.empty() && std::ranges::count(FactsOf(rows[0]).tokens, text) == 0) rows.clear();
      return rows;
  }
  return rows;
}

void MarketRows::Render(RowNumber row, const RenderOptions& options, std::string& out) const {
  const std::uint32_t event = population_.markets[row].event;
  if (event == kNoEvent) {
    const MarketFacts facts = DescribeMarket(population_, row, nullptr, options.revision);
    AppendMarket(out, facts, "", options.include_tags ? "[]" : "");
    return;
  }
  const EventFacts parent = DescribeEvent(population_, event, options.revision);
  std::string parents = "[";
  AppendEvent(parents, parent, "", "");
  parents += ']';
  const MarketFacts facts = DescribeMarket(population_, row, &parent, options.revision);
  AppendMarket(out, facts, parents, options.include_tags ? TagsJson(parent) : "");
}

class EventRows final : public Rows {
 public:
  explicit EventRows(const Population& population) : population_(population) {}

  RowNumber Count() const override { return static_cast<RowNumber>(population_.events.size()); }
  std::uint64_t Id(RowNumber row) const override { return population_.events[row].id; }
  bool IsClosed(RowNumber row) const override {
    return population_.event_states.Now(row).is_closed;
  }
  Visibility VisibilityOf(RowNumber row, Revision revision) const override {
    return population_.event_states.At(row, revision).visibility;
  }
  bool HasCondition(RowNumber) const override { return false; }
  SortValue Value(RowNumber row, OrderField field) const override;
  std::vector<RowNumber> Find(LookupKey by, std::string_view text) const override;
  void Render(RowNumber row, const RenderOptions& options, std::string& out) const override;

 private:
  std::string MarketsJson(RowNumber row, const EventFacts& facts, Revision revision) const;

  const Population& population_;
};

SortValue EventRows::Value(RowNumber row, OrderField field) const {
  const EventFacts facts = field == OrderField::kSlug
                               ? DescribeEvent(population_, row, kNow)
                               : DescribeEventNumbers(population_, row, kNow);
  switch (field) {
    case OrderField::kId:
      return static_cast<double>(facts.id);
    case OrderField::kSlug:
      return facts.slug;
    case OrderField::kVolume:
      return facts.volume;
    case OrderField::kLiquidity:
      return ValueOf(facts.liquidity);
    case OrderField::kVolume24hr:
    case OrderField::kVolume1wk:
    case OrderField::kVolume1mo:
    case OrderField::kVolume1yr:
      return RecentValue(RecentVolumeOf(facts.hash, facts.volume, facts.is_closed), field);
    case OrderField::kStartDate:
      return ValueOf(std::optional(facts.start));
    case OrderField::kEndDate:
      return ValueOf(facts.end);
    case OrderField::kCreatedAt:
      return ValueOf(std::optional(facts.created));
    case OrderField::kUpdatedAt:
      return ValueOf(std::optional(facts.updated));
    case OrderField::kClosedTime:
      return ValueOf(facts.closed);
    case OrderField::kCompetitive:
      return facts.competitive;
    case OrderField::kVolumeNum:
    case OrderField::kLiquidityNum:
    case OrderField::kSpread:
    case OrderField::kLastTradePrice:
    case OrderField::kBestBid:
    case OrderField::kBestAsk:
      break;
  }
  return std::monostate();
}

std::vector<RowNumber> EventRows::Find(LookupKey by, std::string_view text) const {
  if (by == LookupKey::kId) return RowWithId(population_.events, ParseId(text));
  if (by != LookupKey::kSlug) return {};
  std::vector<RowNumber> rows = RowWithId(population_.events, IdOfSlug(text));
  if (!rows.empty() && DescribeEvent(population_, rows[0], kNow).slug != text) rows.clear();
  return rows;
}

void EventRows::Render(RowNumber row, const RenderOptions& options, std::string& out) const {
  const EventFacts facts = DescribeEvent(population_, row, options.revision);
  const std::string markets =
      options.include_markets ? MarketsJson(row, facts, options.revision) : "";
  AppendEvent(out, facts, markets, TagsJson(facts));
}

std::string EventRows::MarketsJson(RowNumber row,
                                   const EventFacts& facts,
                                   Revision revision) const {
  const RowNumber first = population_.events[row].first;
  const RowNumber end = first + population_.event_states.At(row, revision).count;
  std::string out = "[";
  for (RowNumber market = first; market < end; ++market) {
    const Visibility visibility = population_.market_states.At(market, revision).visibility;
    if (population_.markets[market].event != row || visibility == Visibility::kGone ||
        visibility == Visibility::kAwaited) {
      continue;
    }
    if (out.size() > 1) out += ',';
    AppendMarket(out, DescribeMarket(population_, market, &facts, revision), "", "");
  }
  return out += ']';
}

}  // namespace

std::unique_ptr<Rows> MakeMarketRows(const Population& population) {
  return std::make_unique<MarketRows>(population);
}

std::unique_ptr<Rows> MakeEventRows(const Population& population) {
  return std::make_unique<EventRows>(population);
}

}  // namespace polyhouse
