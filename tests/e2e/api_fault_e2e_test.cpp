#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "e2e/truth_tables.h"
#include "support/polyhouse_program.h"

namespace polyhouse {
namespace {

/// A way in which the API misbehaves, as the simulator calls it, and what the end of the run must
/// say of it.
struct Fault {
  std::string name;
  std::string spec;
};

/// Each once, however often it came.
std::size_t BadRecordsServed(const Simulator& simulator) {
  std::istringstream truth(simulator.Get("/simulator/truth"));
  std::set<std::string> bad;
  for (std::string line; std::getline(truth, line);) {
    if (line.starts_with(R"({"kind":"bad")")) bad.insert(line);
  }
  return bad.size();
}

class ApiFault : public testing::TestWithParam<Fault> {};

TEST_P(ApiFault, LeavesTheTablesExactlyAsServed) {
  // Small pages, so that many answers have the fault.
  const Simulator simulator({"--markets", "600", "--seed", "5", "--fault", GetParam().spec});
  const ScratchDir dir;
  const Polyhouse polyhouse(WithTables(dir / "data"), simulator.url(), {"--gamma-page-size=30"});
  // It is the API that is at fault: the engine is one for all that is done here.
  const auto engine = polyhouse.HoldEngine();

  const RunResult up =
      polyhouse.Run({"up", "--once", "--gamma-retry-base", "5ms", "--gamma-stall-timeout", "1s"});
  ASSERT_EQ(up.exit_code, 0) << up.err;

  // The fault must have happened, or this test shows nothing.
  const std::string stats = simulator.Get("/simulator/stats");
  EXPECT_THAT(stats,
              testing::ContainsRegex("\"" + GetParam().spec.substr(0, GetParam().spec.find('=')) +
                                     "\":[1-9]"));
  simulator.Post("/simulator/fault?spec=");
  const TruthTables truth(polyhouse);
  truth.LoadServed(simulator);
  EXPECT_EQ(truth.Differences(), "") << up.err;
  const RunResult letters = polyhouse.Run({"dlq", "list", "--limit", "0", "--json"});
  EXPECT_EQ(static_cast<std::size_t>(std::count(letters.out.begin(), letters.out.end(), '\n')),
            BadRecordsServed(simulator));
}

INSTANTIATE_TEST_SUITE_P(Each,
                         ApiFault,
                         testing::Values(Fault{"TooManyRequests", "429=0.2"},
                                         Fault{"TooManyRequestsRetryAfterSeconds", "429ra=0.05"},
                                         Fault{"TooManyRequestsRetryAfterDate", "429date=0.03"},
                                         Fault{"InternalError", "500=0.2"},
                                         Fault{"Unavailable", "503=0.2"},
                                         Fault{"TruncatedBody", "truncate=0.2"},
                                         Fault{"StalledBody", "stall=0.02"},
                                         Fault{"ConnectionReset", "reset=0.2"},
                                         Fault{"TooManyRequestsInside200", "error200=0.2"},
                                         Fault{"ErrorObjectInside200", "errorobject200=0.2"},
                                         Fault{"HtmlInside200", "html200=0.2"},
                                         Fault{"EmptyArray", "empty=0.1"},
                                         Fault{"RepeatedCursor", "stuck=0.4"},
                                         Fault{"PageOfKnownIds", "repeat=0.4"},
                                         Fault{"SlowBody", "slow=0.05"},
                                         Fault{"BadRecord", "bad_record=0.5"},
                                         Fault{"DuplicateRecord", "duplicate=0.5"},
                                         Fault{"UnknownFields", "unknown_field=0.5"},
                                         Fault{"MarketMovesToClosedBetweenPages", "move=0.8"}),
                         [](const auto& test) { return test.param.name; });

TEST(ApiFaults, BlockedWithHtmlAnd403IsWaitedOut) {
  const ScratchDir dir;
  const Simulator simulator({"--markets", "150", "--fault", "403=1"});
  const Polyhouse polyhouse(WithTables(dir / "data"), simulator.url());
  ChildProcess up(polyhouse.Command({"up", "--once"}));
  ASSERT_TRUE(WaitUntil([&] { return up.Stderr().find("HTTP 403") != std::string::npos; }))
      << up.Stderr();
  simulator.Post("/simulator/fault?spec=");
  EXPECT_EQ(up.Wait().exit_code, 0) << up.Stderr();
  EXPECT_EQ(polyhouse.Query("SELECT count() FROM markets_current"), "150");
}

TEST(ApiFaults, TenMegabyteDescriptionsAreStoredWhole) {
  const ScratchDir dir;
  const Simulator simulator({"--markets", "300", "--fault", "huge=0.5"});
  const Polyhouse polyhouse(WithTables(dir / "data"), simulator.url());
  const RunResult up = polyhouse.Run({"up", "--once"});
  ASSERT_EQ(up.exit_code, 0) << up.err;
  EXPECT_EQ(polyhouse.Query("SELECT max(length(description)) > 9000000 FROM markets"), "1");
  // The canary is served records that it does not store, so only this is sure: each is stored
  // whole, in one of the two forms.
  simulator.Post("/simulator/fault?spec=");
  const TruthTables truth(polyhouse);
  truth.LoadNow(simulator);
  EXPECT_EQ(polyhouse.Query("SELECT count() FROM markets_current"), "300");
  EXPECT_EQ(
      polyhouse.Query("SELECT count() FROM markets_current AS m JOIN truth.markets AS t ON m.id "
                      "= t.id WHERE m.description != t.description AND length(m.description) "
                      "!= 10000000"),
      "0");
}

TEST(ApiFaults, UnknownFieldIsReportedOnceNotOncePerRecord) {
  const ScratchDir dir;
  const Simulator simulator({"--markets", "1000", "--fault", "unknown_field=1"});
  const Polyhouse polyhouse(WithTables(dir / "data"), simulator.url());
  const RunResult up = polyhouse.Run({"ingest", "markets", "--once"});
  ASSERT_EQ(up.exit_code, 0) << up.err;
  std::set<std::string> lines;
  std::istringstream log(up.err);
  for (std::string line; std::getline(log, line);) {
    if (line.find("does not know") == std::string::npos) continue;
    EXPECT_TRUE(lines.insert(line.substr(line.find("field="))).second) << line;
  }
  EXPECT_FALSE(lines.empty());
}

TEST(ApiFaults, AWalkThatNeverGetsOnIsGivenUpWithAnErrorNotWithSuccess) {
  const ScratchDir dir;
  const Simulator simulator({"--markets", "500", "--fault", "repeat=1"});
  const Polyhouse polyhouse(WithTables(dir / "data"), simulator.url());
  const RunResult up = polyhouse.Run({"up",
                                      "--once",
                                      "--gamma-retry-base",
                                      "5ms",
                                      "--gamma-retry-cap",
                                      "20ms",
                                      "--gamma-give-up-after",
                                      "2s"});
  EXPECT_EQ(up.exit_code, 1);
  EXPECT_THAT(up.err, testing::HasSubstr("of markets does not get to its end"));
}

TEST(ApiFaults, AnApiThatIsAwayIsAnErrorNotAnEmptyListing) {
  const ScratchDir dir;
  const Polyhouse polyhouse(dir / "data", "http://127.0.0.1:1");
  const RunResult up =
      polyhouse.Run({"up", "--once", "--gamma-retry-base", "5ms", "--gamma-give-up-after", "1s"});
  EXPECT_EQ(up.exit_code, 1);
  EXPECT_THAT(up.err, testing::HasSubstr("http://127.0.0.1:1/markets/keyset"));
  EXPECT_THAT(polyhouse.Run({"status"}).out, testing::HasSubstr("not started"));
}

TEST(ApiFaults, LegacyOffsetListingIsWalkedUpToItsCap) {
  const ScratchDir dir;
  const Simulator simulator({"--markets", "1000", "--seed", "3"});
  const Polyhouse polyhouse(WithTables(dir / "data"), simulator.url());
  const RunResult up = polyhouse.Run({"up", "--once", "--gamma-pagination", "offset"});
  ASSERT_EQ(up.exit_code, 0) << up.err;
  EXPECT_EQ(polyhouse.Query("SELECT count() FROM markets_current"), "1000");
}

}  // namespace
}  // namespace polyhouse
