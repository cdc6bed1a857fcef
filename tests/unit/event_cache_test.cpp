#include "flow/event_cache.h"

#include <gtest/gtest.h>

#include "flow/process/enriched_rows.h"
#include "support/random_rows.h"

namespace polyhouse {
namespace {

CachedRecord AsCached(const CacheChange& change) {
  return {change.id, change.version, change.version, change.fields};
}

TEST(EventCache, GivesTheDetailsOfAnOpenEventBackAsTheyWere) {
  RandomRows random(1);
  for (int i = 0; i < 100; ++i) {
    Event event = random.AnEvent();
    event.closed = false;

    const CacheChange change = CacheOf(event);

    EXPECT_EQ(change.kind + ":" + change.name, "event:" + event.slug);
    EXPECT_EQ(change.id, event.id.value());
    EXPECT_EQ(DetailsOf(AsCached(change)), DetailsOf(event));
  }
}

TEST(EventCache, KeepsNothingOfAnEventThatIsOver) {
  Event event = RandomRows(2).AnEvent();
  event.closed = true;

  EXPECT_EQ(DetailsOf(AsCached(CacheOf(event))), std::nullopt);
  EXPECT_EQ(CacheOf(event).version, event.version);
}

TEST(EventCache, SaysTheFactsAreOfTheVersionWithWhichTheyCameUp) {
  const CachedRecord record{"42", 9, 7, {{"title", "Rain?"}}};

  EXPECT_EQ(DetailsOf(record)->event_version, 7U);
  EXPECT_EQ(DetailsOf(record)->event_title, "Rain?");
}

EnrichedMarket Joined(std::uint64_t market_version, std::uint64_t event_version) {
  EnrichedMarket market;
  market.event_id = EventId("42");
  market.version = market_version;
  DetailsById details;
  if (event_version > 0) {
    details[market.event_id] = {.event_title = "Rain?", .event_version = event_version};
  }
  Join(market, details);
  return market;
}

TEST(Join, MakesARowNewerWhenItsMarketOrItsEventIs) {
  EXPECT_LT(Joined(10, 0).version, Joined(10, 5).version);
  EXPECT_LT(Joined(10, 5).version, Joined(10, 6).version);
  EXPECT_LT(Joined(10, 5).version, Joined(11, 5).version);
  // Made by two who each knew one change: neither is lost to the row that has both.
  EXPECT_LT(Joined(11, 5).version, Joined(11, 6).version);
  EXPECT_LT(Joined(10, 6).version, Joined(11, 6).version);
}

TEST(Join, LeavesAMarketWhoseEventIsNotThereAsItIs) {
  const EnrichedMarket market = Joined(10, 0);

  EXPECT_EQ(market.version, 10U);
  EXPECT_EQ(market.market_version, 10U);
  EXPECT_EQ(market.event_title, "");
  EXPECT_EQ(Joined(10, 5).event_title, "Rain?");
}

TEST(AddRows, PutsManyRowsIntoAnEntry) {
  AppendTransaction append;

  AddRows(std::vector<EnrichedMarket>(401), Timestamp{}, append);

  ASSERT_EQ(append.entries.size(), 3U);
  EXPECT_EQ(append.entries[0].rows, 200U);
  EXPECT_EQ(append.entries[2].rows, 1U);
  EXPECT_EQ(append.entries[0].version, kLinesVersion);
}

}  // namespace
}  // namespace polyhouse
