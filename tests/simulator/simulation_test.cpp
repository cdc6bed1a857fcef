#include "simulation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base64.h"
#include "generated_world.h"
#include "json_scan.h"

namespace polyhouse {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// A small world to page through.
class SimulationTest : public testing::Test {
 protected:
  static ListingQuery Query(const std::string& params, Listing listing = Listing::kMarkets) {
    return *ParseListingQuery(listing, Pagination::kKeyset, ParseTarget("GET", "/x?" + params));
  }

  WrittenPage Page(const ListingQuery& query, std::optional<Fault> fault = std::nullopt) {
    return *simulation_.WritePage(query, fault);
  }

  static std::vector<std::string> Values(const WrittenPage& page, std::string_view key) {
    std::vector<std::string> values;
    for (const std::string_view record : ElementsOf(page.rows)) {
      values.emplace_back(FindField(record, key).value_or("-"));
    }
    return values;
  }

  /// All values of a key in a walk to the end.
  std::vector<std::string> WalkValues(ListingQuery query, std::string_view key) {
    std::vector<std::string> values;
    for (bool has_more = true; has_more;) {
      const WrittenPage page = Page(query);
      for (std::string& value : Values(page, key)) values.push_back(std::move(value));
      query.after_cursor = page.next_cursor;
      has_more = page.next_cursor.has_value() && values.size() < 10'000;  // a walk may be broken
    }
    return values;
  }

  std::string Truth() {
    TruthPosition position;
    std::string out;
    while (simulation_.ReadTruth(position, 1000, out)) {
    }
    return out;
  }

  Simulation simulation_{std::make_unique<GeneratedWorld>(GeneratedWorldOptions{3, 900, 250}), {}};
};

TEST_F(SimulationTest, WalksEveryMarketOnceInTheOrderOfIds) {
  std::vector<std::string> ids = WalkValues(Query("limit=100&closed=true"), "id");
  const auto open = WalkValues(Query("limit=7"), "id");
  const auto number = [](const std::string& id) { return std::stoi(id.substr(1)); };

  EXPECT_TRUE(std::ranges::is_sorted(ids, {}, number));
  EXPECT_TRUE(std::ranges::is_sorted(open, {}, number));
  ids.insert(ids.end(), open.begin(), open.end());
  EXPECT_EQ(ids.size(), 900U);
  EXPECT_EQ(std::set(ids.begin(), ids.end()).size(), 900U);
}

TEST_F(SimulationTest, OrdersDescendingWithoutLosingTies) {
  const auto ids = WalkValues(Query("limit=50&closed=true&order=volume24hr&ascending=false"), "id");
  EXPECT_EQ(std::set(ids.begin(), ids.end()).size(), ids.size());
  EXPECT_EQ(ids.size(), WalkValues(Query("limit=100&closed=true"), "id").size());

  const auto dates = WalkValues(Query("limit=50&order=createdAt&ascending=false"), "id");
  EXPECT_TRUE(std::ranges::is_sorted(
      dates, std::greater(), [](const std::string& id) { return std::stoi(id.substr(1)); }));
}

TEST_F(SimulationTest, OrdersTheVolumeOfMarketsAsText) {
  auto volumes = WalkValues(Query("limit=100&closed=true&order=volume"), "volume");
  std::erase(volumes, "-");

  EXPECT_TRUE(std::ranges::is_sorted(
      volumes, {}, [](const std::string& text) { return text.substr(1, text.size() - 2); }));
}

TEST_F(SimulationTest, GoesOnFromTheKeyWhileTheWorldMoves) {
  ListingQuery query = Query("limit=20");
  std::vector<std::string> seen;
  for (bool has_more = true; has_more;) {
    const WrittenPage page = Page(query);
    for (std::string& id : Values(page, "id")) seen.push_back(std::move(id));
    query.after_cursor = page.next_cursor;
    has_more = page.next_cursor.has_value();
    simulation_.Tick(1);
  }
  const auto open_now = WalkValues(Query("limit=100"), "id");
  const std::set<std::string> seen_set(seen.begin(), seen.end());

  EXPECT_EQ(seen_set.size(), seen.size());
  std::size_t missed = 0;
  for (const std::string& id : open_now) missed += seen_set.contains(id) ? 0U : 1U;
  EXPECT_LE(missed, 1U);  // only what the last tick created
}

TEST_F(SimulationTest, FiltersByNameAndDate) {
  const auto some = Values(Page(Query("limit=3&closed=true")), "id");
  const auto id = [&](std::size_t i) { return some[i].substr(1, some[i].size() - 2); };

  EXPECT_THAT(Values(Page(Query("closed=true&id=" + id(2) + "&id=" + id(0))), "id"),
              ElementsAre(some[0], some[2]));
  EXPECT_THAT(Values(Page(Query("id=" + id(0))), "id"), ElementsAre());
  const auto recent = WalkValues(
      Query("limit=100&closed=true&end_date_min=2026-10-01&end_date_max=2026-10-31"), "endDate");
  EXPECT_FALSE(recent.empty());
  for (const std::string& date : recent) EXPECT_THAT(date, HasSubstr("2026-10-"));
}

TEST_F(SimulationTest, LeavesMarketsOutOfEventsAndAddsTagsToMarketsWhenAsked) {
  EXPECT_EQ(Values(Page(Query("limit=1&include_markets=false", Listing::kEvents)), "markets")[0],
            "-");
  EXPECT_NE(Values(Page(Query("limit=1", Listing::kEvents)), "markets")[0], "-");
  EXPECT_EQ(Values(Page(Query("limit=1")), "tags")[0], "-");
  EXPECT_NE(Values(Page(Query("limit=1&include_tag=true")), "tags")[0], "-");
}

TEST_F(SimulationTest, TellsTheTruthOfWhatWasServedNotOfWhatIs) {
  const WrittenPage page = Page(Query("limit=100"));
  simulation_.Commit(page.served);
  simulation_.Tick(100);
  std::string expected;
  for (const std::string_view record : ElementsOf(page.rows)) {
    expected += R"({"kind":"market","record":)" + std::string(record) + "}\n";
  }

  EXPECT_EQ(Truth(), expected);
}

TEST_F(SimulationTest, TellsTheTruthOfEventsAndOfAddedFields) {
  const WrittenPage page = Page(Query("limit=5&include_markets=false", Listing::kEvents),
                                Fault{FaultKind::kUnknownField, 0});
  simulation_.Commit(page.served);
  simulation_.Tick(20);

  for (const std::string_view record : ElementsOf(page.rows))
    EXPECT_THAT(Truth(), HasSubstr(record));
  EXPECT_THAT(Truth(), HasSubstr("brandNewKey"));
}

TEST_F(SimulationTest, KeepsBadRecordsApartInTheTruth) {
  for (std::uint64_t i = 0; i < BadRecordKinds(); ++i) {
    const WrittenPage page = Page(Query("limit=3"), Fault{FaultKind::kBadRecord, 1});
    ASSERT_EQ(page.fault, FaultKind::kBadRecord);
    ASSERT_EQ(page.served.records.size(), 2U);
    ASSERT_EQ(page.served.bad.size(), 1U);
    EXPECT_EQ(ElementsOf(page.rows)[1], page.served.bad[0]);
    simulation_.Commit(page.served);
    EXPECT_THAT(Truth(),
                HasSubstr(R"({"kind":"bad","stream":"markets","raw_base64":")" +
                          EncodeBase64(page.served.bad[0])));
  }
}

TEST_F(SimulationTest, RepeatsThePageBeforeUnderTheNextCursor) {
  ListingQuery query = Query("limit=10&closed=true");
  const WrittenPage first = Page(query);
  query.after_cursor = first.next_cursor;
  const WrittenPage honest = Page(query);
  const WrittenPage repeated = Page(query, Fault{FaultKind::kRepeat, 0});

  EXPECT_EQ(repeated.fault, FaultKind::kRepeat);
  EXPECT_EQ(repeated.rows, first.rows);
  EXPECT_EQ(repeated.next_cursor, honest.next_cursor);
  EXPECT_EQ(Page(query, Fault{FaultKind::kStuck, 0}).next_cursor, query.after_cursor);
}

TEST_F(SimulationTest, AppliesNoCursorFaultWithoutACursor) {
  EXPECT_EQ(Page(Query("limit=10"), Fault{FaultKind::kStuck, 0}).fault, std::nullopt);
  EXPECT_EQ(Page(Query("limit=10"), Fault{FaultKind::kRepeat, 0}).fault, std::nullopt);
  EXPECT_EQ(Page(Query("limit=10&id=4000000000"), Fault{FaultKind::kHuge, 0}).fault, std::nullopt);
}

TEST_F(SimulationTest, ClosesAMarketOfThePageAfterIt) {
  const std::size_t open = simulation_.Counts().open_markets;
  const WrittenPage page = Page(Query("limit=10"), Fault{FaultKind::kMove, 4});
  const std::string id = Values(page, "id")[4];

  EXPECT_EQ(page.fault, FaultKind::kMove);
  EXPECT_EQ(simulation_.Counts().open_markets, open - 1);
  EXPECT_EQ(Values(page, "closed")[4], "false");
  const auto lookup = Page(Query("closed=true&id=" + id.substr(1, id.size() - 2)));
  EXPECT_THAT(Values(lookup, "closed"), ElementsAre("true"));
}

TEST_F(SimulationTest, DuplicatesAndInflatesRecords) {
  EXPECT_EQ(ElementsOf(Page(Query("limit=4"), Fault{FaultKind::kDuplicate, 2}).rows).size(), 5U);
  EXPECT_GT(Page(Query("limit=4"), Fault{FaultKind::kHuge, 2}).rows.size(), 10'000'000U);
  EXPECT_EQ(Page(Query("limit=4"), Fault{FaultKind::kEmpty, 2}).rows, "[]");
}

}  // namespace
}  // namespace polyhouse
