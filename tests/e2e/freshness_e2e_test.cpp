#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <random>
#include <thread>

#include "adapters/sqlite/sqlite_streams.h"
#include "base/clock.h"
#include "e2e/truth_tables.h"
#include "flow/listing/range_book.h"
#include "support/polyhouse_program.h"
#include "support/result_matchers.h"
#include "support/server_stack.h"

namespace polyhouse {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

/// `up` with lanes that go round as fast as a test wants to see them; a large world is
/// better walked more rarely, and stored in larger batches.
std::vector<std::string> FastUp(const std::string& refresh = "1s",
                                const std::string& batch_age = "100ms") {
  return {"up",
          "--gamma-retry-base=5ms",
          "--markets-discover-interval=500ms",
          "--events-discover-interval=500ms",
          "--markets-refresh-interval=" + refresh,
          "--events-refresh-interval=" + refresh,
          "--markets-settle-interval=500ms",
          "--events-settle-interval=500ms",
          "--writer-batch-age=" + batch_age};
}

bool BackfillIsDone(const Polyhouse& polyhouse) {
  const std::string status = polyhouse.Run({"status", "--json"}).out;
  const auto first = status.find(R"("backfill":"done")");
  return first != std::string::npos &&
         status.find(R"("backfill":"done")", first + 1) != std::string::npos;
}

/// Waits until the tables are what they must become once the world stands still.
void ExpectTablesOfNow(const Polyhouse& polyhouse, const Simulator& simulator) {
  const TruthTables truth(polyhouse);
  truth.LoadNow(simulator);
  EXPECT_TRUE(WaitUntil(
      [&] { return truth.LacksNothing(); }, std::chrono::minutes(2), std::chrono::seconds(1)));
  EXPECT_EQ(truth.Differences(), "");
}

/// A day of so many simulated minutes: markets open, trade, close and resolve, five-minute ones
/// among them, some are archived, and `up` is killed now and then.
void LiveThroughADay(const Polyhouse& polyhouse,
                     const Simulator& simulator,
                     int minutes,
                     const std::vector<std::string>& live = FastUp(),
                     bool archives = false) {
  const auto command = polyhouse.Command(live);
  auto up = std::make_unique<ChildProcess>(command);
  std::minstd_rand random(7);
  for (int minute = 0; minute < minutes; ++minute) {
    simulator.Post("/simulator/tick?n=1");
    std::this_thread::sleep_for(milliseconds(random() % 300));
    if (random() % 15 != 0) continue;
    up->Signal(SIGKILL);
    up->Wait();
    up = std::make_unique<ChildProcess>(command);
  }
  simulator.Post("/simulator/fault?spec=");
  ASSERT_TRUE(WaitUntil([&] { return BackfillIsDone(polyhouse); }, std::chrono::minutes(3)))
      << up->Stderr();
  // However slow the machine: some of what is stored closes and resolves while the lanes watch.
  simulator.Post("/simulator/tick?n=15");
  ExpectTablesOfNow(polyhouse, simulator);
  up->Signal(SIGTERM);
  EXPECT_EQ(up->Wait().exit_code, 0) << up->Stderr();
  // What a slow machine has left in the streams at the end of the time that there is after a stop.
  EXPECT_EQ(polyhouse.Run({"process", "enrich", "--once"}).exit_code, 0);
  EXPECT_EQ(polyhouse.Run({"write", "--once"}).exit_code, 0);
  // A market that was archived before anybody met it is in no listing; only its event tells of it,
  // and a repair fetches it.
  if (archives) polyhouse.Run({"verify", "--repair"});
  const RunResult verify = polyhouse.Run({"verify", "--sample", "3"});
  EXPECT_EQ(verify.exit_code, 0) << verify.out << verify.err;
  const RunResult reconcile = polyhouse.Run({"reconcile", "--clob-url", simulator.url() + "/clob"});
  EXPECT_EQ(reconcile.exit_code, 0) << reconcile.out << reconcile.err;
}

TEST(Freshness, TablesEqualAMovingWorldWithFaultsAndKillsOnceItStandsStill) {
  const ScratchDir dir;
  const Simulator simulator({"--markets",
                             "4000",
                             "--seed",
                             "41",
                             "--five-minute",
                             "4",
                             "--archive-every",
                             "5",
                             "--fault",
                             "429=0.02,503=0.01,truncate=0.1,reset=0.01,repeat=0.01,empty=0.01"});
  const Polyhouse polyhouse(WithTables(dir / "data"), simulator.url());

  LiveThroughADay(polyhouse, simulator, 60, FastUp(), /*archives=*/true);

  EXPECT_EQ(polyhouse.Query("SELECT count() - uniqExact(id) FROM markets_current"), "0");
  EXPECT_GT(std::stoi(polyhouse.Query("SELECT count() FROM markets_current WHERE archived")), 0);
  EXPECT_GT(std::stoi(polyhouse.Query(
                "SELECT count() FROM markets_history WHERE has(changed, 'winner')")),
            0);
}

TEST(Freshness, ATwoHourDayOf100000MarketsLosesAndDoublesNothing) {
  const ScratchDir dir;
  const Simulator simulator({"--markets",
                             "100000",
                             "--seed",
                             "42",
                             "--five-minute",
                             "10",
                             "--cdn",
                             "300",
                             "--fault",
                             "429=0.01,503=0.005,truncate=0.005,reset=0.005"});
  const Polyhouse polyhouse(WithTables(dir / "data"), simulator.url());

  LiveThroughADay(polyhouse, simulator, 120, FastUp(/*refresh=*/"15s", /*batch_age=*/"1s"));

  EXPECT_EQ(polyhouse.Query("SELECT count() - uniqExact(id) FROM markets_current"), "0");
  EXPECT_EQ(polyhouse.Query("SELECT count() - uniqExact(id, version) FROM markets"), "0");
}

TEST(Freshness, TheSameLanesKeepServersFresh) {
  NEEDS_REDIS();
  ServerStack stack({"--markets", "2000", "--seed", "43", "--five-minute", "3"});

  LiveThroughADay(stack.polyhouse(), stack.simulator(), 30);
}

/// By the fetch times of the rows, which are not the machine's to delay as much as a clock on the
/// wall would be.
TEST(Freshness, ACloseShowsWithinTheIntervalOfItsLane) {
  const ScratchDir dir;
  const Simulator simulator({"--markets", "2000", "--seed", "44"});
  const Polyhouse polyhouse(WithTables(dir / "data"), simulator.url());
  constexpr milliseconds kInterval{3'000};
  ChildProcess up(polyhouse.Command({"up",
                                     "--markets-refresh-interval",
                                     "3s",
                                     "--markets-settle-interval",
                                     "3s",
                                     "--writer-batch-age",
                                     "100ms"}));
  ASSERT_TRUE(WaitUntil([&] { return BackfillIsDone(polyhouse); })) << up.Stderr();
  const auto closed = [&] {
    return std::stoi(polyhouse.Query("SELECT countIf(closed) FROM markets_current"));
  };
  const auto closed_in = [&](const std::string& world) {
    const std::string key = R"("closed_markets":)";
    return std::stoi(world.substr(world.find(key) + key.size()));
  };
  ASSERT_TRUE(WaitUntil([&] { return closed() == closed_in(simulator.Get("/simulator/world")); }));

  const int before = closed();
  const auto ticked = SystemClock().Now().time_since_epoch().count();
  const int after = closed_in(simulator.Post("/simulator/tick?n=1"));
  ASSERT_GT(after, before);

  ASSERT_TRUE(WaitUntil([&] { return closed() == after; })) << up.Stderr();
  const std::string latest = polyhouse.Query("SELECT max(version) - " + std::to_string(ticked) +
                                             " FROM markets_history WHERE has(changed, 'closed')");
  EXPECT_LE(std::stoll(latest), (kInterval + milliseconds(2'000)).count());
  up.Signal(SIGTERM);
  EXPECT_EQ(up.Wait().exit_code, 0);
}

TEST(Freshness, ARecordThatIsGoneKeepsItsRowAndTheLedgerSaysSo) {
  const ScratchDir dir;
  const Simulator simulator({"--markets", "500", "--seed", "45"});
  const Polyhouse polyhouse(WithTables(dir / "data"), simulator.url());
  ASSERT_EQ(polyhouse.Run({"up", "--once"}).exit_code, 0);
  const std::string id =
      polyhouse.Query("SELECT min(toUInt64(id)) FROM markets_current WHERE NOT closed");
  simulator.Post("/simulator/vanish?listing=markets&id=" + id);

  ChildProcess up(polyhouse.Command(FastUp()));

  EXPECT_TRUE(WaitUntil([&] {
    return polyhouse.Query(
               "SELECT count() FROM ingest_ledger_current WHERE status = 'gone' AND "
               "first_id = '" +
               id + "'") == "1";
  })) << up.Stderr();
  EXPECT_EQ(polyhouse.Query("SELECT count() FROM markets_current WHERE id = '" + id + "'"), "1");
  EXPECT_THAT(polyhouse.Run({"status", "--json"}).out, HasSubstr(R"("gone":1)"));
  up.Signal(SIGTERM);
  EXPECT_EQ(up.Wait().exit_code, 0);
}

/// A fixed URL is answered from a cache of five minutes there.
TEST(Freshness, WhatIsNewIsFoundBehindTheCacheOfTheContentNetwork) {
  const ScratchDir dir;
  const Simulator simulator({"--markets", "500", "--seed", "46", "--cdn", "300"});
  const Polyhouse polyhouse(WithTables(dir / "data"), simulator.url());
  ChildProcess up(polyhouse.Command(FastUp()));
  ASSERT_TRUE(WaitUntil([&] { return BackfillIsDone(polyhouse); })) << up.Stderr();

  simulator.Post("/simulator/tick?n=3");

  ExpectTablesOfNow(polyhouse, simulator);
  up.Signal(SIGTERM);
  EXPECT_EQ(up.Wait().exit_code, 0);
}

TEST(Backfill, PlansWhatItThenDoes) {
  const ScratchDir dir;
  const Simulator simulator({"--markets", "20000", "--seed", "47"});
  const Polyhouse polyhouse(
      WithTables(dir / "data"), simulator.url(), {"--rate-markets=300", "--rate-events=500"});

  const RunResult plan = polyhouse.Run({"backfill", "plan", "markets", "--json"});

  ASSERT_EQ(plan.exit_code, 0) << plan.err;
  const auto number = [&](const std::string& key) {
    return std::stod(plan.out.substr(plan.out.find("\"" + key + "\":") + key.size() + 3));
  };
  EXPECT_NEAR(number("open") + number("closed"), 20'000, 2'500);
  EXPECT_NEAR(number("allowed_per_second"), 29.1, 0.01);
  EXPECT_GT(number("requests"), 200);
  EXPECT_LT(number("requests"), 330);
  EXPECT_NEAR(number("seconds"), number("requests") / number("requests_per_second"), 0.1);
  EXPECT_THAT(polyhouse.Run({"backfill", "plan", "events"}).out, HasSubstr("requests to make"));
}

TEST(Backfill, GoesOnAfterAnInterruptionAndStoresEverything) {
  const ScratchDir dir;
  const Simulator simulator({"--markets", "8000", "--seed", "48"});
  const Polyhouse polyhouse(
      WithTables(dir / "data"), simulator.url(), {"--rate-markets=20", "--rate-window=1s"});
  {
    ChildProcess run(polyhouse.Command({"backfill", "run", "markets"}));
    ASSERT_TRUE(WaitUntil(
        [&] { return polyhouse.Run({"status"}).out.find("ranges done") != std::string::npos; }));
    run.Signal(SIGINT);
    EXPECT_EQ(run.Wait().exit_code, 130);
    EXPECT_THAT(run.Stderr(), HasSubstr("the next run goes on from here"));
  }

  const RunResult rest = polyhouse.Run({"backfill", "run", "markets"});

  EXPECT_EQ(rest.exit_code, 0) << rest.err;
  EXPECT_EQ(polyhouse.Query("SELECT count() FROM markets_current"), "8000");
  EXPECT_EQ(polyhouse.Query("SELECT count() FROM polymarket_events_current"), "0");
  const RunResult plan = polyhouse.Run({"backfill", "plan", "markets"});
  EXPECT_THAT(plan.err, HasSubstr("the backfill of markets is done"));
}

TEST(Backfill, KeepsTheLimitAcrossAllItsWalkersAndUsesNearlyAllOfIt) {
  const ScratchDir dir;
  const Simulator simulator({"--markets",
                             "6000",
                             "--seed",
                             "49",
                             "--rate-limit",
                             "markets=300/10,events=500/10",
                             "--rate-mode",
                             "429"});
  const Polyhouse polyhouse(
      WithTables(dir / "data"), simulator.url(), {"--rate-markets=300", "--rate-events=500"});

  const RunResult up = polyhouse.Run({"up", "--once"});

  EXPECT_EQ(up.exit_code, 0) << up.err;
  EXPECT_THAT(up.err, testing::Not(HasSubstr("HTTP 429")));
  EXPECT_EQ(polyhouse.Query("SELECT count() FROM markets_current"), "6000");
}

TEST(Backfill, EndsWithAProofThatNothingIsMissing) {
  const ScratchDir dir;
  const Simulator simulator({"--markets", "2000", "--seed", "50"});
  const Polyhouse polyhouse(WithTables(dir / "data"),
                            simulator.url(),
                            {"--clob-url=" + simulator.url() + "/clob", "--ingest-proof-sample=5"});

  const RunResult run = polyhouse.Run({"backfill", "run", "markets"});

  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.err, HasSubstr("The backfill is complete"));
  EXPECT_THAT(polyhouse.Run({"status", "--json"}).out, HasSubstr("Z clean\""));
  EXPECT_THAT(simulator.Get("/simulator/stats"), HasSubstr("/clob/markets"));
}

/// A cursor that somebody moved forward: the ranges no longer cover the listing.
TEST(Backfill, SaysSoAtItsEndWhenItDoesNotCoverTheListing) {
  const ScratchDir dir;
  const Simulator simulator({"--markets", "6000", "--seed", "53"});
  const auto at_rate = [&](const std::string& rate) {
    return Polyhouse(dir / "data",
                     simulator.url(),
                     {"--clob-url=" + simulator.url() + "/clob",
                      "--ingest-proof-sample=5",
                      "--rate-markets=" + rate,
                      "--rate-window=1s"});
  };
  const Polyhouse polyhouse = at_rate("20");
  {
    // So slow that it is stopped before it has begun everything, however busy the machine is.
    ChildProcess run(at_rate("2").Command({"backfill", "run", "markets"}));
    ASSERT_TRUE(WaitUntil(
        [&] { return polyhouse.Run({"status"}).out.find("ranges done") != std::string::npos; }));
    run.Signal(SIGINT);
    run.Wait();
  }
  // Every range of the closed half that was not begun counts as read.
  const std::string key = "state:polymarket_markets_ranges";
  const auto streams = OpenSqliteStreamWriter(dir / "data/streams.db");
  AppendTransaction moved{.stream = StreamName("stream:markets")};
  for (const auto& [number, text] : ValueOf((*streams)->Fields(key))) {
    Range range = ParseRange(text).value();
    if (range.half != OpenState::kClosed || range.begun != 0) continue;
    range.done = true;
    moved.fields.push_back({key, number, ToText(range)});
  }
  ASSERT_FALSE(moved.fields.empty());
  ASSERT_THAT((*streams)->Append(moved), IsOk());

  const RunResult run = polyhouse.Run({"backfill", "run", "markets"});

  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.err, HasSubstr("do not hold all that the backfill should have brought"));
  EXPECT_THAT(polyhouse.Run({"status"}).out, HasSubstr(" wrong"));
}

TEST(Backfill, SaysWhatIsWrongWithItsArguments) {
  const ScratchDir dir;
  const Polyhouse polyhouse(dir / "data");
  EXPECT_EQ(polyhouse.Run({"backfill"}).exit_code, 2);
  EXPECT_EQ(polyhouse.Run({"backfill", "plan"}).exit_code, 2);
  EXPECT_EQ(polyhouse.Run({"backfill", "run", "fish"}).exit_code, 2);
  EXPECT_THAT(polyhouse.Run({"backfill", "plan", "markets", "--gamma-pagination", "offset"}).err,
              HasSubstr("leave gamma.pagination at keyset"));
  EXPECT_EQ(polyhouse.Run({"backfill", "plan", "markets"}).exit_code, 1);
}

}  // namespace
}  // namespace polyhouse
