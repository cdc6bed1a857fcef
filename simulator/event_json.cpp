#include "event_json.h"

#include <array>
#include <cmath>

#include "amm_market_json.h"
#include "dice.h"
#include "event_text.h"
#include "json_object.h"
#include "market_ids.h"
#include "names.h"

namespace polyhouse {
namespace {

void AppendTag(std::string& out, std::size_t tag) {
  const std::uint64_t hash = Mix(tag + 1);
  const Moment published =
      kWorldStart - std::chrono::milliseconds(60'000'000'000 + hash % 9'000'000'000);
  JsonObject json(out);
  json.Text("id", std::to_string(tag < 3 ? tag + 1 : 100 + tag * 7));
  json.Text("label", kTags[tag]);
  json.Text("slug", Slug(kTags[tag], tag));
  json.Bool("forceShow", hash % 5 == 0);
  if (hash % 2 == 0) json.Text("publishedAt", FormatSpaced(published));
  if (hash % 3 == 0) json.Integer("updatedBy", 15);
  json.Text("createdAt", FormatIso(published));
  json.Text("updatedAt",
            FormatIso(kWorldStart - std::chrono::microseconds(hash % 9'000'000'000'000)));
  json.Bool("requiresTranslation", false);
  json.Close();
}

struct Series {
  std::string_view slug;
  std::string_view title;
  std::string_view recurrence;
};

constexpr std::array kSeries{Series{"btc-up-or-down-5m", "BTC Up or Down 5m", "5m"},
                             Series{"nba-2026", "NBA 2026", "daily"},
                             Series{"primeira-liga", "Primeira Liga", "daily"},
                             Series{"fed-interest-rates", "Fed Interest Rates", "monthly"}};

/// The series an event belongs to, null for none.
const Series* SeriesOf(const EventFacts& facts) {
  if (facts.kind == EventKind::kUpDown) return kSeries.data();
  if (facts.kind == EventKind::kGame) return &kSeries[1 + facts.hash % 2];
  return facts.hash % 7 == 0 ? &kSeries[3] : nullptr;
}

void WriteSeries(JsonObject& json, const EventFacts& facts) {
  const Series* series = SeriesOf(facts);
  if (!series) return;
  json.Key("series");
  json.out() += '[';
  JsonObject object(json.out());
  object.Text("id", std::to_string(10'000 + (series - kSeries.data())));
  object.Text("ticker", series->slug);
  object.Text("slug", series->slug);
  object.Text("title", series->title);
  object.Text("seriesType", "single");
  object.Text("recurrence", series->recurrence);
  object.Fields(
      R"("image":"","icon":"","active":true,"closed":false,"archived":false,"featured":false,"restricted":true,)"
      R"("createdAt":"2025-09-24T01:03:29.560176Z","updatedAt":"2026-10-31T12:49:39.546736Z",)"
      R"("volume24hr":16510.910038,"volume":97663.702432,"liquidity":2775767.22298,"commentCount":62,)"
      R"("requiresTranslation":false)");
  object.Close();
  json.out() += ']';
}

void WriteHead(JsonObject& json, const EventFacts& facts) {
  const bool has_nulls = facts.oddity == EventOddity::kNullValues;
  json.Text("id", std::to_string(facts.id));
  json.Text("ticker", facts.slug);
  json.Text("slug", facts.slug);
  json.Text("title", facts.title);
  if (has_nulls) json.Fields(R"("subtitle":null,"category":null,"resolutionSource":null)");
  if (facts.oddity != EventOddity::kNoDescription)
    json.Text("description", RulesText(facts.hash, facts.title));
  if (!has_nulls && facts.hash % 3 != 0) json.Text("resolutionSource", "");
  json.Text("startDate", FormatIso(facts.start));
  json.Text("creationDate", FormatIso(facts.start));
  if (facts.end) {
    json.Text("endDate", FormatIso(*facts.end));
  } else if (has_nulls) {
    json.Raw("endDate", "null");
  }
  json.Text("image", PictureUrl(facts.slug));
  json.Text("icon", PictureUrl(facts.slug));
  json.Bool("active", true);
  json.Bool("closed", facts.is_closed);
  json.Fields(R"("archived":false,"new":false,"featured":false)");
  json.Bool("restricted", !facts.is_old);
}

void WriteNumbers(JsonObject& json, const EventFacts& facts) {
  if (facts.liquidity) json.Number("liquidity", *facts.liquidity);
  json.Number("volume", facts.volume);
  json.Number("openInterest", facts.is_closed ? 0 : std::round(facts.volume * 3e5) / 1e6);
  if (facts.is_old) json.Fields(R"("sortBy":"ascending","category":"Crypto")");
  if (facts.is_old)
    json.Text("published_at", FormatSpaced(facts.created + std::chrono::milliseconds(85)));
  json.Text("createdAt", FormatIso(facts.created));
  json.Text("updatedAt", FormatIso(facts.updated));
  json.Number("competitive", facts.competitive);
  const RecentVolume recent = RecentVolumeOf(facts.hash, facts.volume, facts.is_closed);
  json.Number("volume24hr", recent.day);
  json.Number("volume1wk", recent.week);
  json.Number("volume1mo", recent.month);
  json.Number("volume1yr", recent.year);
  if (facts.is_old) {
    json.Fields(R"("liquidityAmm":0,"liquidityClob":0)");
  } else {
    json.Bool("enableOrderBook", true);
    if (facts.liquidity) json.Number("liquidityClob", *facts.liquidity);
    json.Bool("negRisk", facts.is_neg_risk);
    if (facts.is_neg_risk)
      json.Text("negRiskMarketID", HexWord(facts.hash, 114).replace(64, 2, "00"));
  }
  json.Integer("commentCount", static_cast<std::int64_t>(facts.hash % 900));
}

void WriteTail(JsonObject& json, const EventFacts& facts) {
  json.Bool("cyom", false);
  if (facts.closed) json.Text("closedTime", FormatIso(*facts.closed));
  json.Bool("showAllOutcomes", !facts.is_old);
  json.Bool("showMarketImages", facts.is_old);
  json.Bool("enableNegRisk", facts.is_neg_risk);
  if (!facts.is_old) json.Bool("automaticallyActive", true);
  if (facts.kind == EventKind::kGame && facts.end) {
    json.Text("eventDate", FormatDate(*facts.end));
    json.Text("startTime", FormatIso(*facts.end));
    json.Integer("gameId", static_cast<std::int64_t>(20'000'000 + facts.hash % 90'000));
  }
  const Series* series = SeriesOf(facts);
  if (series && facts.oddity != EventOddity::kNoSeriesSlug) json.Text("seriesSlug", series->slug);
  json.Bool("negRiskAugmented", facts.is_neg_risk && facts.hash % 2 == 0);
  json.Fields(R"("pendingDeployment":false,"deploying":false)");
  if (facts.hash % 2 == 0) json.Bool("requiresTranslation", false);
}

}  // namespace

std::string TagsJson(const EventFacts& facts) {
  std::string out = "[";
  for (const std::size_t tag : facts.tags) {
    if (out.size() > 1) out += ',';
    AppendTag(out, tag);
  }
  return out += ']';
}

void AppendEvent(std::string& out,
                 const EventFacts& facts,
                 std::string_view markets,
                 std::string_view tags) {
  JsonObject json(out);
  WriteHead(json, facts);
  WriteNumbers(json, facts);
  if (!markets.empty()) json.Raw("markets", markets);
  WriteSeries(json, facts);
  if (!tags.empty()) json.Raw("tags", tags);
  WriteTail(json, facts);
  json.Close();
}

}  // namespace polyhouse
