#include "app/condition.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "app/wiring.h"
#include "flow/listing/listings.h"
#include "flow/state_keys.h"

namespace polyhouse {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

const Timestamp kNow{milliseconds(1'800'000'000'000)};

/// A pipeline in which all is well.
StatusFacts Well() {
  StatusFacts facts;
  facts.roles = {{.role = "ingest-markets"}, {.role = "write:writer-1"}};
  for (const ListingType* listing : Listings()) {
    facts.states[listing->names.Key(kCursorState)] = kDonePosition;
    facts.states[listing->names.Key(LaneState("discover"))] = "2027-01-15T07:59:59.000Z";
  }
  facts.tables = {{"markets", "1512044"}};
  return facts;
}

telemetry::Trouble Failing(milliseconds age, const std::string& why) {
  return {.message = why, .first = kNow - age, .last = kNow, .times = 3, .over = kNow + minutes(1)};
}

std::vector<std::string> TitlesOf(const Condition& condition) {
  std::vector<std::string> titles;
  for (const Problem& problem : condition.problems) titles.push_back(problem.title);
  return titles;
}

TEST(Condition, IsOneSentenceWhereAllIsWell) {
  const Condition condition = ConditionOf(Well(), Config(), kNow);
  EXPECT_EQ(condition.say, "All is well: 1,512,044 markets.");
  EXPECT_THAT(condition.problems, IsEmpty());
  EXPECT_EQ(ConditionJson(condition),
            R"({"level":"good","say":"All is well: 1,512,044 markets.","problems":[]})");
}

TEST(Condition, SaysOnceWhatAllLanesOfASourceMeet) {
  StatusFacts facts = Well();
  auto& troubles = facts.processes["one-1"].report.troubles;
  troubles["markets/discover"] = Failing(minutes(3), "connection refused.");
  troubles["events/discover"] = Failing(minutes(2), "no route");
  const Condition condition = ConditionOf(facts, Config(), kNow);
  EXPECT_THAT(TitlesOf(condition),
              ElementsAre("The Gamma API has given no answer to events/discover, markets/discover "
                          "for 3 min: connection refused."));
  EXPECT_THAT(ConditionText(condition),
              HasSubstr("\n  Nothing is lost: reading goes on by itself"));
}

TEST(Condition, LeavesOutWhatIsSoonOverIsOverOrHasEnded) {
  StatusFacts facts = Well();
  auto& here = facts.processes["one-1"];
  here.report.troubles["markets/discover"] = Failing(seconds(5), "reset");
  here.report.troubles["table markets"] = Failing(minutes(5), "away");
  here.report.troubles["table markets"].has_ended = true;
  auto& dead = facts.processes["one-3"];
  dead.age = minutes(1);
  dead.report.troubles["table markets"] = Failing(minutes(5), "away");
  here.report.troubles["server ClickHouse"] = Failing(minutes(5), "away");
  here.report.troubles["server ClickHouse"].over = kNow;
  auto& ended = facts.processes["one-2"];
  ended.has_ended = true;
  ended.report.troubles["server Redis"] = Failing(minutes(5), "away");
  EXPECT_THAT(TitlesOf(ConditionOf(facts, Config(), kNow)), IsEmpty());
}

TEST(Condition, PutsWhatIsBadBeforeWhatWaitsForAPerson) {
  StatusFacts facts = Well();
  facts.streams.push_back({.stream = StreamName("stream:markets"), .dead_letters = 2});
  facts.roles[1].age = minutes(7);
  const Condition condition = ConditionOf(facts, Config(), kNow);
  EXPECT_THAT(TitlesOf(condition),
              ElementsAre(StartsWith("Nobody does write: write:writer-1 was heard last"),
                          "2 dead letters of stream:markets."));
  EXPECT_EQ(condition.say, condition.problems[0].title);
}

TEST(Condition, SaysOnceThatAProcessIsGone) {
  StatusFacts facts = Well();
  for (RolePresence& role : facts.roles) role.age = minutes(3);
  EXPECT_THAT(
      TitlesOf(ConditionOf(facts, Config(), kNow)),
      ElementsAre(StartsWith("Nobody does ingest-markets, write: ingest-markets was heard")));
  facts.disk_full = true;
  EXPECT_THAT(TitlesOf(ConditionOf(facts, Config(), kNow)),
              ElementsAre("The disk that holds the data directory is full."));
}

TEST(Condition, TellsOfTablesThatAreAway) {
  StatusFacts facts = Well();
  facts.tables_away = "refused.";
  EXPECT_EQ(ConditionOf(facts, Config(), kNow).say, "The tables cannot be reached: refused.");
}

TEST(Condition, TellsThatTablesGetNothing) {
  StatusFacts facts = Well();
  facts.processes["one-1"].report.troubles["table trades"] = Failing(minutes(1), "disk full");
  EXPECT_THAT(ConditionOf(facts, Config(), kNow).say,
              StartsWith("Nothing was stored in trades for 60 s: disk full."));
}

TEST(Condition, NamesTheAlertTheCommandAndTheTime) {
  StatusFacts facts = Well();
  facts.processes["one-1"].report.troubles["table trades"] = Failing(minutes(1), "disk full");
  facts.streams.push_back({.stream = StreamName("stream:markets"), .dead_letters = 2});
  const std::string json = ConditionJson(ConditionOf(facts, Config(), kNow));
  EXPECT_THAT(json, HasSubstr(R"("id":"PolyhouseTableNotWritten table trades","command":)"));
  EXPECT_THAT(
      json,
      HasSubstr(
          R"("command":"polyhouse doctor","alert":"PolyhouseTableNotWritten","since":"2027-01-15T07:59:00.000Z"})"));
  EXPECT_THAT(
      json,
      HasSubstr(R"("command":"polyhouse dlq list","alert":"PolyhouseDeadLetters","since":null})"));
}

TEST(Condition, NamesEachProblemDifferently) {
  StatusFacts facts;
  for (const ListingType* listing : Listings()) {
    facts.states[listing->names.Key(kCursorState)] = kDonePosition;
  }
  facts.roles = {{.role = "ingest-markets"}, {.role = "write:writer-1"}};
  Config config;
  config.max_backlog = 10;
  for (const char* stream : {"stream:markets", "stream:trades"}) {
    facts.streams.push_back({.stream = StreamName(stream), .dead_letters = 1, .behind = 20});
  }
  for (const bool fails : {false, true}) {
    if (fails) {
      for (const char* process : {"one-1", "two-2"}) {
        facts.processes[process].report.troubles["table markets"] = Failing(minutes(1), "away");
        facts.processes[process].report.troubles["server Redis"] = Failing(minutes(1), "away");
      }
    }
    const Condition condition = ConditionOf(facts, config, kNow);
    EXPECT_GE(condition.problems.size(), 4U);
    std::set<std::string> ids;
    for (const Problem& problem : condition.problems) ids.insert(IdOf(problem));
    EXPECT_EQ(ids.size(), condition.problems.size()) << ConditionJson(condition);
  }
}

TEST(Condition, TellsThatTablesAreScattered) {
  StatusFacts facts = Well();
  facts.processes["a-1"].report.metrics = "polyhouse_tables_info{tables=\"a:/one\"} 1\n";
  facts.processes["a-2"].report.metrics = "polyhouse_tables_info{tables=\"a:/one\"} 1\n";
  EXPECT_THAT(TitlesOf(ConditionOf(facts, Config(), kNow)), IsEmpty());
  facts.processes["a-2"].report.metrics = "polyhouse_tables_info{tables=\"a:/two\"} 1\n";
  EXPECT_EQ(ConditionOf(facts, Config(), kNow).say,
            "What is read is scattered over different tables: a:/one (a-1), a:/two (a-2).");
  facts.processes["a-2"].has_ended = true;
  EXPECT_THAT(TitlesOf(ConditionOf(facts, Config(), kNow)), IsEmpty());
}

TEST(Condition, TellsWhatVerifyFoundLast) {
  StatusFacts facts = Well();
  facts.freshness.verified = LastRun{kNow - minutes(5), 0};
  EXPECT_THAT(TitlesOf(ConditionOf(facts, Config(), kNow)), IsEmpty());
  facts.freshness.verified->wrong = 9;
  EXPECT_EQ(ConditionOf(facts, Config(), kNow).say,
            "The last polyhouse verify found 9 things wrong.");
}

TEST(Condition, NamesTheWitnessThatGivesNoAnswer) {
  StatusFacts facts = Well();
  facts.processes["a-1"].report.troubles["clob/proof"] = Failing(minutes(1), "HTTP 429");
  EXPECT_THAT(ConditionOf(facts, Config(), kNow).say,
              StartsWith("The CLOB's listing (--clob-url)"));
}

TEST(Condition, NamesTheProcessThatMayHang) {
  StatusFacts facts = Well();
  for (RolePresence& role : facts.roles) role.age = minutes(3);
  facts.processes["vm-14391"].age = minutes(3);
  const Condition condition = ConditionOf(facts, Config(), kNow);
  ASSERT_EQ(condition.problems.size(), 1U);
  EXPECT_THAT(condition.problems[0].advice, StartsWith("If vm-14391 still runs"));
}

TEST(Condition, TellsOfADiskThatFills) {
  StatusFacts facts = Well();
  facts.disk_free = 700U << 20U;
  EXPECT_EQ(ConditionOf(facts, Config(), kNow).say,
            "The disk that holds the data directory is nearly full: 700 MB are left.");
  facts.disk_free = 2'000'000'000;
  EXPECT_THAT(TitlesOf(ConditionOf(facts, Config(), kNow)), IsEmpty());
}

TEST(Condition, KnowsSinceWhenARoleIsDead) {
  StatusFacts facts = Well();
  facts.time = kNow;
  facts.roles[1].age = minutes(7);
  const Condition condition = ConditionOf(facts, Config(), kNow);
  ASSERT_EQ(condition.problems.size(), 1U);
  EXPECT_EQ(condition.problems[0].since, kNow - minutes(7));
  EXPECT_EQ(IdOf(condition.problems[0]), "PolyhouseRoleDead write");
}

TEST(AgeText, IsInOneUnit) {
  EXPECT_EQ(AgeText(milliseconds(-5)), "0 s");
  EXPECT_EQ(AgeText(seconds(119)), "119 s");
  EXPECT_EQ(AgeText(minutes(3)), "3 min");
  EXPECT_EQ(AgeText(std::chrono::hours(5)), "5 h");
  EXPECT_EQ(AgeText(std::chrono::hours(24 * 6)), "6 days");
}

}  // namespace
}  // namespace polyhouse
