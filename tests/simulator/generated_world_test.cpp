#include "generated_world.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <simdjson.h>

#include <set>

#include "json_scan.h"
#include "market_facts.h"
#include "market_ids.h"

namespace polyhouse {
namespace {

using testing::HasSubstr;
using testing::IsSubsetOf;

constexpr GeneratedWorldOptions kSmall{5, 2000, 600};

std::string RenderAll(const World& world, Listing listing) {
  const Rows& rows = world.Records(listing);
  std::string out = "[";
  for (RowNumber row = 0; row < rows.Count(); ++row) {
    if (row > 0) out += ",\n";
    rows.Render(row, {true, true, kNow}, out);
  }
  return out + "]";
}

std::string RenderMarket(const World& world, RowNumber row, Revision revision = kNow) {
  std::string out;
  world.Records(Listing::kMarkets).Render(row, {true, false, revision}, out);
  return out;
}

/// The text of a string field of a valid object, escapes untouched; "-" when missing.
std::string_view Raw(std::string_view record, std::string_view key) {
  return FindField(record, key).value_or("-");
}

TEST(GeneratedWorld, IsTheSameForTheSameSeedAndTicks) {
  GeneratedWorld one(kSmall);
  GeneratedWorld two(kSmall);
  GeneratedWorld other({6, 2000, 600});
  for (int i = 0; i < 3; ++i) {
    one.Tick();
    two.Tick();
    other.Tick();
  }

  EXPECT_EQ(RenderAll(one, Listing::kMarkets), RenderAll(two, Listing::kMarkets));
  EXPECT_EQ(RenderAll(one, Listing::kEvents), RenderAll(two, Listing::kEvents));
  EXPECT_NE(RenderAll(one, Listing::kMarkets), RenderAll(other, Listing::kMarkets));
}

TEST(GeneratedWorld, ResolvesSomeMarketsFiftyFifty) {
  const GeneratedWorld usual(kSmall);
  GeneratedWorldOptions options = kSmall;
  options.fifty_fifty = 5;
  const GeneratedWorld world(options);
  std::size_t halves = 0;
  for (RowNumber row = 0; row < world.Records(Listing::kMarkets).Count(); ++row) {
    const std::string market = RenderMarket(world, row);
    if (market == RenderMarket(usual, row)) continue;
    EXPECT_EQ(Raw(market, "umaResolutionStatus"), R"("resolved")");
    EXPECT_EQ(Raw(market, "outcomePrices"), R"("[\"0.5\", \"0.5\"]")");
    ++halves;
  }
  EXPECT_GT(halves, 100U);
}

TEST(GeneratedWorld, EditsTheTitleOfAnEventAlone) {
  GeneratedWorld world(kSmall);
  const auto field = [&](const char* name, Revision revision) {
    std::string out;
    world.Records(Listing::kEvents).Render(7, {false, false, revision}, out);
    return std::string(Raw(out, name));
  };
  const Revision before = world.CurrentRevision();
  const std::string title = field("title", kNow);

  world.EditEvent(7);
  world.EditEvent(7);

  EXPECT_EQ(field("title", kNow), title.substr(0, title.size() - 1) + " (edit 2)\"");
  EXPECT_EQ(field("title", before), title);
  EXPECT_EQ(field("slug", kNow), field("slug", before));
}

TEST(GeneratedWorld, WritesJsonThatParsesAndIsUtf8) {
  const GeneratedWorld world(kSmall);
  simdjson::dom::parser parser;
  for (const Listing listing : {Listing::kMarkets, Listing::kEvents}) {
    simdjson::dom::array rows;
    ASSERT_EQ(parser.parse(RenderAll(world, listing)).get(rows), simdjson::SUCCESS);
    EXPECT_EQ(rows.size(), world.Records(listing).Count());
  }
}

TEST(GeneratedWorld, HasTheSizeAskedForAndMostlyClosedMarkets) {
  for (const std::uint32_t events : {0U, 1U, 600U, 5000U}) {
    const GeneratedWorld world({1, 2000, events});
    const Rows& markets = world.Records(Listing::kMarkets);
    int closed = 0;
    for (RowNumber row = 0; row < markets.Count(); ++row) closed += markets.IsClosed(row) ? 1 : 0;
    EXPECT_EQ(markets.Count(), 2000U);
    EXPECT_EQ(world.Records(Listing::kEvents).Count(), events);
    if (events == 600) {
      EXPECT_NEAR(closed, 1700, 170);
    }
  }
}

TEST(GeneratedWorld, ShowsEveryOddityOfMarkets) {
  const GeneratedWorld world(kSmall);
  const std::string all = RenderAll(world, Listing::kMarkets);

  for (const char* sign : {R"("outcomePrices":"[\"0\", \"0\"]")",
                           R"("outcomes":"[\"Long\", \"Short\"]")",
                           R"("outcomes":"[\"Jeff Bezos\", \"Elon Musk\", \"Other\"]")",
                           R"("outcomes":"[\"Up\", \"Down\"]")",
                           R"("outcomes":"[]")",
                           R"("conditionId":"")",
                           R"("clobTokenIds":"")",
                           R"("question":null)",
                           R"("description":"")",
                           R"("closedTime":null)",
                           R"("umaResolutionStatus":"resolved")",
                           R"("umaResolutionStatus":"proposed")",
                           R"("umaResolutionStatus":"disputed")",
                           R"("feeType":null)",
                           R"("feeSchedule":{)",
                           R"("version":"v2")",
                           R"("version":"v1")",
                           R"("positionIds":[)",
                           R"("lowerBound":"5000")",
                           R"("negRisk":true)",
                           R"("negRiskOther":true)",
                           R"(+00:00:00")",
                           R"(.547+00")",
                           R"(.120345+00")",
                           R"(\u003cem\u003e)",
                           R"(\n\n)",
                           R"(C:\\path)",
                           R"("question":"  )"}) {
    EXPECT_THAT(all, HasSubstr(sign));
  }
}

TEST(GeneratedWorld, LeavesKeysOutAsTheApiDoes) {
  const GeneratedWorld world(kSmall);
  std::set<std::string> missing;
  for (RowNumber row = 0; row < 2000; ++row) {
    const std::string record = RenderMarket(world, row);
    for (const char* key : {"events",
                            "volume",
                            "outcomes",
                            "outcomePrices",
                            "clobTokenIds",
                            "endDate",
                            "startDate",
                            "description",
                            "negRisk",
                            "questionID",
                            "closedTime",
                            "liquidity",
                            "volume24hr"}) {
      if (!FindField(record, key)) missing.insert(key);
    }
  }

  EXPECT_EQ(missing.size(), 13U);
}

TEST(GeneratedWorld, GivesResolvedMarketsExactlyOneWinner) {
  const GeneratedWorld world(kSmall);
  int resolved = 0;
  for (RowNumber row = 0; row < 2000; ++row) {
    const std::string record = RenderMarket(world, row);
    const std::string_view prices = Raw(record, "outcomePrices");
    if (Raw(record, "umaResolutionStatus") != "\"resolved\"" || prices == "-" || prices == "\"[]\"")
      continue;
    ++resolved;
    EXPECT_EQ(Raw(record, "closed"), "true");
    EXPECT_NE(Raw(record, "closedTime"), "-");
    EXPECT_THAT(prices, testing::AnyOf(R"("[\"1\", \"0\"]")", R"("[\"0\", \"1\"]")")) << record;
  }
  EXPECT_GT(resolved, 1000);
}

TEST(GeneratedWorld, ShowsEveryOddityOfEvents) {
  const GeneratedWorld world(kSmall);
  const Rows& events = world.Records(Listing::kEvents);
  std::set<std::size_t> tag_counts;
  std::size_t most_markets = 0;
  for (RowNumber row = 0; row < events.Count(); ++row) {
    std::string record;
    events.Render(row, {}, record);
    tag_counts.insert(ElementsOf(Raw(record, "tags")).size());
    most_markets = std::max(most_markets, ElementsOf(Raw(record, "markets")).size());
  }
  const std::string all = RenderAll(world, Listing::kEvents);

  EXPECT_THAT((std::vector<std::size_t>{0, 1, 2, 3, 4, 5, 12}), IsSubsetOf(tag_counts));
  EXPECT_GT(most_markets, 50U);
  for (const char* sign : {R"("label":"Mentions; Speeches")",
                           R"("label":"Trump, Donald")",
                           R"("label":"\"Quoted\"")",
                           R"("recurrence":"5m")",
                           R"("title":"  )",
                           R"("negRiskAugmented":true)",
                           R"("subtitle":null)",
                           R"("seriesSlug":)",
                           R"("published_at":)"}) {
    EXPECT_THAT(all, HasSubstr(sign));
  }
}

TEST(GeneratedWorld, NestsMarketsAndParentsOnce) {
  const GeneratedWorld world(kSmall);
  std::string event;
  world.Records(Listing::kEvents).Render(0, {}, event);
  const auto children = ElementsOf(Raw(event, "markets"));
  ASSERT_FALSE(children.empty());
  const std::string market = RenderMarket(world, 0);
  const auto parents = ElementsOf(Raw(market, "events"));

  EXPECT_FALSE(FindField(children.front(), "events"));
  ASSERT_EQ(parents.size(), 1U);
  EXPECT_FALSE(FindField(parents.front(), "markets"));
  EXPECT_EQ(Raw(parents.front(), "id"), Raw(event, "id"));
}

TEST(GeneratedWorld, FindsMarketsByEverythingTheyAreCalled) {
  const GeneratedWorld world(kSmall);
  const Rows& markets = world.Records(Listing::kMarkets);
  const std::uint64_t id = markets.Id(777);
  const std::string slug(Raw(RenderMarket(world, 777), "slug"));
  const std::vector<RowNumber> expected{777};

  EXPECT_EQ(markets.Find(LookupKey::kId, std::to_string(id)), expected);
  EXPECT_EQ(markets.Find(LookupKey::kSlug, std::string_view(slug).substr(1, slug.size() - 2)),
            expected);
  EXPECT_EQ(markets.Find(LookupKey::kConditionId, MakeConditionId(5, id)), expected);
  EXPECT_EQ(markets.Find(LookupKey::kTokenId, MakeTokenId(5, id, 1)), expected);
  EXPECT_TRUE(markets.Find(LookupKey::kSlug, "x-" + std::to_string(id)).empty());
  EXPECT_TRUE(markets.Find(LookupKey::kTokenId, "12345").empty());
}

TEST(GeneratedWorld, MakesTokensOfTheLengthsSeen) {
  std::set<std::size_t> lengths;
  for (std::uint64_t id = 1; id < 500; ++id) lengths.insert(MakeTokenId(5, id, 0).size());

  EXPECT_TRUE(lengths.contains(77) && lengths.contains(78));
  EXPECT_GE(*lengths.begin(), 74U);
}

TEST(GeneratedWorld, OpensTradesClosesAndResolvesWithTime) {
  GeneratedWorld world(kSmall);
  const Rows& markets = world.Records(Listing::kMarkets);
  const WorldChange first = world.Tick();
  std::vector<RowNumber> closed;
  for (const RowNumber row : first.markets) {
    if (markets.IsClosed(row)) closed.push_back(row);
  }

  EXPECT_EQ(markets.Count(), 2002U);
  ASSERT_FALSE(closed.empty());
  EXPECT_THAT(RenderMarket(world, closed[0]), HasSubstr("2026-11-01 00:01:"));
  EXPECT_NE(Raw(RenderMarket(world, closed[0]), "umaResolutionStatus"), "\"resolved\"");
  world.Tick();
  world.Tick();
  EXPECT_EQ(Raw(RenderMarket(world, closed[0]), "umaResolutionStatus"), "\"resolved\"");
}

TEST(GeneratedWorld, RemembersRecordsAsTheyWere) {
  GeneratedWorld world(kSmall);
  std::vector<std::string> before;
  for (RowNumber row = 0; row < 2000; ++row) before.push_back(RenderMarket(world, row));
  for (int i = 0; i < 50; ++i) world.Tick();

  int changed = 0;
  for (RowNumber row = 0; row < 2000; ++row) {
    EXPECT_EQ(RenderMarket(world, row, 0), before[row]);
    changed += RenderMarket(world, row) != before[row] ? 1 : 0;
  }
  EXPECT_GT(changed, 50);
}

}  // namespace
}  // namespace polyhouse
