#include "app/vital_signs.h"

#include <gmock/gmock.h>

namespace polyhouse {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

RolePresence Role(const std::string& name, milliseconds age) {
  return {.role = name, .age = age, .doing = "3 pages"};
}

TEST(VitalSigns, SayNothingWhileEverybodyLives) {
  EXPECT_THAT(WhyNotAlive({Role("ingest-markets", milliseconds(0)),
                           Role("ingest-events", milliseconds(9'000)),
                           Role("write:one", milliseconds(100))}),
              IsEmpty());
}

TEST(VitalSigns, MissWhoWasNeverSeen) {
  EXPECT_THAT(WhyNotAlive({}), ElementsAre(HasSubstr("No ingester"), HasSubstr("No writer")));
}

TEST(VitalSigns, MissWhoFellSilentAndWhoEnded) {
  RolePresence ended = Role("ingest-events", milliseconds(10));
  ended.has_ended = true;
  EXPECT_THAT(WhyNotAlive({Role("ingest-markets", hours(3)), ended, Role("write:one", {})}),
              ElementsAre(HasSubstr("ingest-events ended"),
                          testing::AllOf(HasSubstr("ingest-markets was heard last 3 h ago"),
                                         HasSubstr("3 pages"))));
}

TEST(VitalSigns, AreContentWithOneWriterOfMany) {
  EXPECT_THAT(WhyNotAlive({Role("ingest-markets", {}),
                           Role("write:old", hours(20)),
                           Role("write:new", milliseconds(5)),
                           Role("write:other", hours(30))}),
              IsEmpty());
}

/// A lane that hung looked ready for as long as the clock had been set back.
TEST(VitalSigns, DoNotBelieveAStampFromAhead) {
  const Config config;
  StatusFacts facts;
  facts.states["state:polymarket_markets_lane_discover"] = "2026-03-11T12:00:00.000Z";
  facts.states["state:polymarket_events_lane_discover"] = "2026-03-11T10:01:00.000Z";
  const Timestamp now{std::chrono::sys_days{std::chrono::year{2026} / 3 / 11} + hours(10)};

  EXPECT_THAT(WhyNotReady(facts, config, now),
              ElementsAre(testing::AllOf(HasSubstr("new markets"), HasSubstr("set back"))));
}

TEST(VitalSigns, DoNotTakeASignFromAheadForLife) {
  EXPECT_FALSE(IsAlive(Role("write:one", -hours(1))));
  EXPECT_TRUE(IsAlive(Role("write:one", milliseconds(-1'000))));
}

TEST(VitalSigns, SayWhenNothingNewIsLookedForOrStored) {
  Config config;
  config.max_backlog = 1000;
  StatusFacts facts;
  facts.states["state:polymarket_markets_lane_discover"] = "2026-03-11T09:00:00.000Z";
  facts.streams.push_back({.stream = StreamName("stream:markets"), .behind = 5000});
  const Timestamp now{std::chrono::sys_days{std::chrono::year{2026} / 3 / 11} + hours(10)};

  EXPECT_THAT(WhyNotReady(facts, config, now),
              ElementsAre(HasSubstr("new markets ended at 2026-03-11T09:00"),
                          HasSubstr("new events has ended yet"),
                          HasSubstr("5000 rows of stream:markets")));
  facts.states["state:polymarket_markets_lane_discover"] = "2026-03-11T09:59:00.000Z";
  facts.states["state:polymarket_events_lane_discover"] = "2026-03-11T09:59:00.000Z";
  facts.streams.clear();
  EXPECT_THAT(WhyNotReady(facts, config, now), IsEmpty());
}

}  // namespace
}  // namespace polyhouse
