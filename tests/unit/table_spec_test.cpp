#include "codec/table_spec.h"

#include <gmock/gmock.h>

#include <set>

namespace polyhouse {
namespace {

using testing::ElementsAre;

template <class Row>
std::vector<std::string> Names(std::size_t count = SIZE_MAX) {
  std::vector<std::string> names;
  for (const auto& column : TableSpecOf<Row>().columns) {
    if (names.size() < count) names.emplace_back(column.name);
  }
  return names;
}

TEST(TableSpec, BeginsWithTheColumnsOfTheRequestForMarkets) {
  EXPECT_THAT(Names<Market>(15),
              ElementsAre("createdAt",
                          "id",
                          "question",
                          "answer1",
                          "answer2",
                          "neg_risk",
                          "market_slug",
                          "token1",
                          "token2",
                          "condition_id",
                          "volume",
                          "ticker",
                          "event_slug",
                          "closedTime",
                          "event_id"));
}

TEST(TableSpec, BeginsWithTheColumnsOfTheRequestForEvents) {
  EXPECT_THAT(Names<Event>(15),
              ElementsAre("id",
                          "slug",
                          "ticker",
                          "title",
                          "description",
                          "createdAt",
                          "startDate",
                          "endDate",
                          "tags",
                          "markets_count",
                          "active",
                          "closed",
                          "archived",
                          "volume",
                          "liquidity"));
}

template <class Row>
void ExpectNamesUnique() {
  const auto names = Names<Row>();
  EXPECT_EQ(std::set<std::string>(names.begin(), names.end()).size(), names.size());
}

TEST(TableSpec, NamesEachColumnOnce) {
  ExpectNamesUnique<Market>();
  ExpectNamesUnique<Event>();
  ExpectNamesUnique<LedgerRow>();
  ExpectNamesUnique<EnrichedMarket>();
  ExpectNamesUnique<WitnessMarket>();
  ExpectNamesUnique<Address>();
}

TEST(TableSpec, EndsWithTheVersionByWhichRowsReplaceEachOther) {
  EXPECT_EQ(Names<Market>().back(), "version");
  EXPECT_EQ(Names<Event>().back(), "version");
  EXPECT_EQ(Names<LedgerRow>().back(), "version");
  EXPECT_EQ(Names<EnrichedMarket>().back(), "version");
  EXPECT_EQ(Names<WitnessMarket>().back(), "version");
  EXPECT_EQ(Names<Address>().back(), "version");
}

/// A query on markets is one on markets_enriched, too.
TEST(TableSpec, NamesWhatAnEnrichedMarketHasOfItsMarketAsMarketsDoes) {
  const auto of_markets = Names<Market>();
  for (const auto& name : Names<EnrichedMarket>()) {
    if (name.starts_with("event_") || name == "market_version") continue;
    EXPECT_THAT(of_markets, testing::Contains(name));
  }
}

TEST(ColumnList, QuotesNames) {
  const Column<Event> columns[] = {{"id", &Event::id}, {"a b", &Event::slug}};
  const TableSpec<Event> spec{"t", columns};

  EXPECT_EQ(ColumnList(spec), "`id`, `a b`");
}

}  // namespace
}  // namespace polyhouse
