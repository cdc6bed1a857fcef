#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "e2e/truth_tables.h"
#include "support/polyhouse_program.h"

namespace polyhouse {
namespace {

using testing::HasSubstr;

/// What stands between two texts; empty when they do not.
std::string Between(const std::string& text, const std::string& before, const std::string& after) {
  const auto from = text.find(before);
  if (from == std::string::npos) return "";
  const auto start = from + before.size();
  return text.substr(start, text.find(after, start) - start);
}

/// The checks of the original request, on one generated world.
class RequestsChecks : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    state_ = std::make_unique<State>();
    const RunResult up = state_->polyhouse.Run({"up", "--once"});
    ASSERT_EQ(up.exit_code, 0) << up.err;
    state_->summary = up.err;
  }
  static void TearDownTestSuite() { state_.reset(); }

  struct State {
    ScratchDir dir;
    Simulator simulator{{"--markets", "3000", "--seed", "11"}};
    Polyhouse polyhouse{WithTables(dir / "data"), simulator.url()};
    std::string summary;
  };
  static std::unique_ptr<State> state_;

  static const Polyhouse& polyhouse() { return state_->polyhouse; }
};
std::unique_ptr<RequestsChecks::State> RequestsChecks::state_;

TEST_F(RequestsChecks, TablesHoldEveryMarketAndEventOnce) {
  EXPECT_EQ(polyhouse().Query("SELECT count() FROM markets_current"), "3000");
  EXPECT_EQ(polyhouse().Query("SELECT count() FROM polymarket_events_current"), "1000");
  const TruthTables truth(polyhouse());
  truth.LoadServed(state_->simulator);
  EXPECT_EQ(truth.Differences(), "");
}

TEST_F(RequestsChecks, StreamsWereFilledDrainedAndTrimmed) {
  const std::string status = polyhouse().Run({"status", "--json"}).out;
  EXPECT_THAT(status,
              HasSubstr(R"("stream":"stream:markets","length":0,"added":3000,"dead_letters":0)"));
  EXPECT_THAT(status, HasSubstr(R"("stream":"stream:polymarket_events","length":0)"));
  EXPECT_THAT(status, HasSubstr(R"({"group":"markets_writers","pending":0,"undelivered":0})"));
  EXPECT_THAT(status,
              HasSubstr(R"({"group":"polymarket_events_writers","pending":0,"undelivered":0})"));
}

TEST_F(RequestsChecks, StateKeysHoldTheNumberOfRecordsRead) {
  const std::string status = polyhouse().Run({"status", "--json"}).out;
  // Some are met twice, where ranges and lanes meet.
  EXPECT_EQ(polyhouse().Query("SELECT sum(rows) FROM ingest_ledger_current WHERE source = "
                              "'gamma/markets'"),
            Between(status, R"("state:polymarket_markets_offset":")", "\""));
  EXPECT_THAT(status, HasSubstr(R"("state:polymarket_markets_cursor":"done")"));
  EXPECT_THAT(status, HasSubstr(R"("state:polymarket_events_cursor":"done")"));
}

TEST_F(RequestsChecks, SampleJoinGivesQuestionsWithTitlesAndTags) {
  const std::string rows = polyhouse().Query(
      "SELECT m.question, e.title, e.tags FROM markets m LEFT JOIN polymarket_events e ON "
      "m.event_slug = e.slug LIMIT 10");
  EXPECT_EQ(std::count(rows.begin(), rows.end(), '\n'), 9) << rows;
}

TEST_F(RequestsChecks, LinkageQueryMatchesEveryEventOfTheMarkets) {
  const std::string linkage = polyhouse().Query(
      "SELECT COUNT(*) as total_markets, COUNT(DISTINCT event_slug) as unique_events, "
      "COUNT(DISTINCT e.slug) as matched_events"
      " FROM markets_current m LEFT JOIN polymarket_events_current e ON m.event_slug = e.slug");
  const std::string expected = polyhouse().Query(
      "SELECT count(), uniqExact(event_slug), uniqExactIf(event_slug, event_slug != '') + "
      "(countIf(event_slug = '') > 0)"
      " FROM markets_current");
  EXPECT_EQ(linkage, expected);
  EXPECT_THAT(linkage, testing::StartsWith("3000\t"));
}

TEST_F(RequestsChecks, JoinedViewHasOneRowPerMarket) {
  EXPECT_EQ(polyhouse().Query("SELECT count(), uniqExact(id) FROM markets_with_events"),
            "3000\t3000");
  EXPECT_EQ(polyhouse().Query(
                "SELECT countIf(event_title = '' AND event_slug != '') FROM markets_with_events"),
            "0");
}

TEST_F(RequestsChecks, NoRequestIsMadePerMarket) {
  const std::string stats = state_->simulator.Get("/simulator/stats");
  EXPECT_THAT(stats, testing::Not(HasSubstr("/markets/{id}"))) << stats;
  // 30 full pages, some that are not full where ranges meet, and the look for new ones.
  EXPECT_THAT(state_->summary,
              testing::ContainsRegex("markets +[3-8][0-9] +0 +[34][0-9]+ +3000 +0"));
}

TEST_F(RequestsChecks, SecondRunReadsWhatMayHaveChangedAndWritesNothing) {
  const RunResult again = polyhouse().Run({"up", "--once"});
  EXPECT_EQ(again.exit_code, 0) << again.err;
  // Everything open, and the newest.
  EXPECT_THAT(again.err, testing::ContainsRegex("markets +[0-9]+ +0 +[0-9]+ +[0-9]+ +0"));
  EXPECT_EQ(polyhouse().Query("SELECT count() FROM (SELECT id FROM markets_history WHERE notEmpty("
                              "changed))"),
            "0");
  EXPECT_EQ(polyhouse().Query("SELECT count() FROM markets_current"), "3000");
}

}  // namespace
}  // namespace polyhouse
