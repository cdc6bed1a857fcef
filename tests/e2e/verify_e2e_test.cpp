// Faults are planted into a world that was read, and verify or reconcile must find each of them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>

#include "adapters/sqlite/sqlite_streams.h"
#include "domain/ledger.h"
#include "support/polyhouse_program.h"
#include "support/result_matchers.h"
#include "support/server_stack.h"

namespace polyhouse {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// A world is read once; each test has a copy of the data directory to do harm to.
class Verify : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    simulator_ = new Simulator({"--markets", "800", "--seed", "41"});
    world_ = new ScratchDir;
    const Polyhouse polyhouse(WithTables(*world_ / "data"), simulator_->url());
    const RunResult up = polyhouse.Run({"up", "--once"});
    ASSERT_EQ(up.exit_code, 0) << up.err;
  }
  static void TearDownTestSuite() {
    delete world_;
    delete simulator_;
  }

  Verify() {
    std::filesystem::copy(
        *world_ / "data",
        dir_ / "data",
        std::filesystem::copy_options::recursive | std::filesystem::copy_options::copy_symlinks);
    engine_ = polyhouse_.HoldEngine();
  }

  RunResult Run(std::vector<std::string> arguments) const {
    arguments.insert(arguments.end(), {"--clob-url", simulator_->url() + "/clob"});
    return polyhouse_.Run(std::move(arguments));
  }
  /// One statement that harms or asks.
  std::string Sql(const std::string& sql) const { return polyhouse_.Query(sql); }
  void Delete(const std::string& table, const std::string& where) const {
    Sql("ALTER TABLE " + table + " DELETE WHERE " + where + " SETTINGS mutations_sync = 1");
  }
  /// Changes the streams' store as nobody should.
  void Tamper(const AppendTransaction& change) const {
    const auto streams = OpenSqliteStreamWriter(dir_ / "data/streams.db");
    ASSERT_THAT(streams, IsOk());
    ASSERT_THAT((*streams)->Append(change), IsOk());
  }
  std::string State(const std::string& key) const {
    const auto streams = OpenSqliteStreamWriter(dir_ / "data/streams.db");
    return ValueOf((*streams)->State(key)).value_or("");
  }

  void ExpectClean() const {
    const RunResult verify = Run({"verify"});
    EXPECT_EQ(verify.exit_code, 0) << verify.out << verify.err;
    const RunResult reconcile = Run({"reconcile"});
    EXPECT_EQ(reconcile.exit_code, 0) << reconcile.out << reconcile.err;
  }
  /// `verify` finds `finding`, mends it with --repair, and then both commands are content.
  void ExpectFoundAndMended(const testing::Matcher<const std::string&>& finding) const {
    const RunResult found = Run({"verify"});
    EXPECT_EQ(found.exit_code, 1) << found.out << found.err;
    EXPECT_THAT(found.out, finding);
    const RunResult repair = Run({"verify", "--repair"});
    EXPECT_EQ(repair.exit_code, 0) << repair.out << repair.err;
    ExpectClean();
  }

  static inline Simulator* simulator_ = nullptr;
  static inline ScratchDir* world_ = nullptr;
  ScratchDir dir_;
  Polyhouse polyhouse_{dir_ / "data", simulator_->url()};
  std::unique_ptr<ChildProcess> engine_;
};

TEST_F(Verify, IsCleanAfterAWholeRun) {
  ExpectClean();
  const RunResult sample = Run({"verify", "--sample", "5"});
  EXPECT_EQ(sample.exit_code, 0) << sample.out;
  EXPECT_THAT(sample.out, HasSubstr("markets of the sample"));
  EXPECT_THAT(Run({"verify", "--json"}).out, HasSubstr(R"({"clean":true,)"));
  EXPECT_THAT(Run({"reconcile", "--json"}).out,
              AllOf(HasSubstr(R"("clean":true)"), HasSubstr(R"("markets on the clob":)")));
}

TEST_F(Verify, FindsADeletedRowOfAnOpenMarket) {
  const std::string id = Sql("SELECT min(id) FROM markets_current WHERE NOT closed");
  Delete("markets", "id = '" + id + "'");

  ExpectFoundAndMended(AllOf(HasSubstr("lost row"), HasSubstr("markets/" + id + " ")));

  EXPECT_EQ(Sql("SELECT count() FROM markets_current WHERE id = '" + id + "'"), "1");
}

TEST_F(Verify, FindsADeletedRowOfASettledMarket) {
  const std::string id = Sql(
      "SELECT min(id) FROM markets_current WHERE closed AND winner != '' AND condition_id != ''");
  Delete("markets", "id = '" + id + "'");

  const RunResult reconcile = Run({"reconcile"});
  EXPECT_EQ(reconcile.exit_code, 1);
  EXPECT_THAT(reconcile.out,
              AllOf(HasSubstr("missing market"), HasSubstr("Gamma as market " + id + ";")));
  ExpectFoundAndMended(AllOf(HasSubstr("lost row"), HasSubstr("history")));
}

TEST_F(Verify, ReconcileFindsAndMendsWhatWasNeverStored) {
  const std::string id =
      Sql("SELECT min(id) FROM markets_current WHERE closed AND condition_id != ''");
  Delete("markets", "id = '" + id + "'");
  Delete("markets_versions", "id = '" + id + "'");

  EXPECT_EQ(Run({"reconcile"}).exit_code, 1);
  const RunResult repair = Run({"reconcile", "--repair"});
  EXPECT_EQ(repair.exit_code, 0) << repair.out << repair.err;

  EXPECT_EQ(Sql("SELECT count() FROM markets_current WHERE id = '" + id + "'"), "1");
  ExpectClean();
}

TEST_F(Verify, SampleFindsWhatWasNeverStored) {
  // Every place is looked at by enough windows.
  Delete("markets", "closed AND toUInt64(id) % 2 = 0");
  Delete("markets_versions", "closed AND toUInt64(id) % 2 = 0");

  const RunResult found = Run({"verify", "--sample", "3"});

  EXPECT_EQ(found.exit_code, 1);
  EXPECT_THAT(found.out, HasSubstr("missing record"));
}

TEST_F(Verify, FindsASkippedPage) {
  // Neither the page nor those of its rows that do not change any more ever came.
  const std::string version = Sql(
      "SELECT min(version) FROM ingest_ledger_current WHERE source = 'gamma/markets' AND lane = "
      "'backfill' AND `from` != '' AND `to` != ''");
  const std::string settled = "version = " + version + " AND closed AND winner != ''";
  ASSERT_NE(Sql("SELECT count() FROM markets WHERE " + settled), "0");
  Delete("markets", settled);
  Delete("markets_versions", settled);
  Delete("ingest_ledger", "version = " + version + " AND lane = 'backfill'");

  ExpectFoundAndMended(HasSubstr("hole in the ledger"));

  EXPECT_EQ(Sql("SELECT count() FROM markets_current"), "800");
}

TEST_F(Verify, FindsTheFirstAndTheLastPageOfAWalkMissing) {
  const std::string walk =
      "(SELECT min(walk) FROM ingest_ledger_current WHERE source = 'gamma/events' AND lane = "
      "'backfill' AND `from` != '')";
  Delete("ingest_ledger", "source = 'gamma/events' AND `from` = '' AND walk = " + walk);
  Delete("ingest_ledger", "source = 'gamma/events' AND status = 'end' AND walk = " + walk);

  ExpectFoundAndMended(AllOf(HasSubstr("no page at its beginning"),
                             HasSubstr("the walk has no end"),
                             HasSubstr("gamma/events")));
}

TEST_F(Verify, FindsAStaleMarket) {
  const std::string id = Sql(
      "SELECT min(id) FROM markets_current WHERE closed AND winner != '' AND condition_id != ''");
  // As if its close had never been stored.
  Sql("CREATE TABLE before AS markets ENGINE = MergeTree ORDER BY id");
  Sql("INSERT INTO before SELECT * FROM markets WHERE id = '" + id + "'");
  Delete("markets", "id = '" + id + "'");
  Delete("markets_versions", "id = '" + id + "'");
  Sql("INSERT INTO markets SELECT b.* REPLACE(false AS closed, '' AS winner, b.version - 1 AS "
      "version) FROM before AS b");
  ASSERT_EQ(Sql("SELECT closed FROM markets_current WHERE id = '" + id + "'"), "false");

  const RunResult reconcile = Run({"reconcile"});
  EXPECT_EQ(reconcile.exit_code, 1);
  EXPECT_THAT(reconcile.out, AllOf(HasSubstr("closed differs"), HasSubstr(id)));
  ExpectFoundAndMended(AllOf(HasSubstr("stale row"), HasSubstr("markets/" + id + " ")));
}

TEST_F(Verify, FindsARowOlderThanWhatWasFetched) {
  const std::string id = Sql("SELECT min(id) FROM markets_current WHERE NOT closed");
  const std::string key = "state:polymarket_markets_rows";
  const auto streams = OpenSqliteStreamWriter(dir_ / "data/streams.db");
  ASSERT_THAT(streams, IsOk());
  std::string known = ValueOf((*streams)->Fields(key)).at(id);
  known.replace(17, 13, "1999999999999");
  ASSERT_THAT(
      (*streams)->Append({.stream = StreamName("stream:markets"), .fields = {{key, id, known}}}),
      IsOk());

  const RunResult found = Run({"verify"});

  EXPECT_EQ(found.exit_code, 1);
  EXPECT_THAT(found.out, AllOf(HasSubstr("stale row"), HasSubstr("1999999999999 was fetched")));
}

TEST_F(Verify, FindsAnOpenRowThatNoRefreshWalkHasPassed) {
  // One refresh walk when the rows were read, and then, for an hour, other lanes alone.
  const std::string page =
      " FROM (SELECT * FROM ingest_ledger WHERE source = 'gamma/markets' AND lane = 'discover' "
      "ORDER BY version LIMIT 1)";
  Sql("INSERT INTO ingest_ledger SELECT * REPLACE('refresh' AS lane, concat('open/', "
      "toString(version)) AS walk, 'end' AS status, 0 AS rows)" +
      page);
  EXPECT_EQ(Run({"verify"}).exit_code, 0);
  Sql("INSERT INTO ingest_ledger SELECT * REPLACE('open/later' AS walk, 0 AS rows, version + "
      "3600000 "
      "AS version)" +
      page);

  const RunResult found = Run({"verify"});
  EXPECT_EQ(found.exit_code, 1);
  EXPECT_THAT(found.out, AllOf(HasSubstr("stale row"), HasSubstr("no refresh walk has passed it")));
  EXPECT_EQ(Run({"verify", "--markets-refresh", "false"}).exit_code, 0);
}

TEST_F(Verify, FindsAMissingEvent) {
  const std::string id = Sql(
      "SELECT min(id) FROM polymarket_events_current WHERE closed AND id IN (SELECT event_id FROM "
      "markets)");
  Delete("polymarket_events", "id = '" + id + "'");
  Delete("polymarket_events_versions", "id = '" + id + "'");

  ExpectFoundAndMended(AllOf(HasSubstr("missing event"), HasSubstr(id)));

  EXPECT_EQ(Sql("SELECT count() FROM polymarket_events_current WHERE id = '" + id + "'"), "1");
}

TEST_F(Verify, ReportsAnEventThatTheApiDoesNotKnowOnlyUntilItWasAskedFor) {
  Sql("INSERT INTO markets SELECT * REPLACE('2' AS event_id, 'no-such-event' AS event_slug, "
      "version "
      "+ 1 AS version) FROM (SELECT * FROM markets WHERE closed AND winner != '' AND event_id IN "
      "(SELECT event_id FROM markets GROUP BY event_id HAVING count() > 1) LIMIT 1)");

  ExpectFoundAndMended(AllOf(HasSubstr("missing event"), HasSubstr("no-such-event")));

  EXPECT_THAT(Run({"verify"}).out, HasSubstr("the API does not know it"));
}

TEST_F(Verify, FindsAnEventWithoutItsMarkets) {
  const std::string id = Sql(
      "SELECT event_id FROM markets_current WHERE event_id != '' AND event_id IN (SELECT id FROM "
      "polymarket_events WHERE updated_at < now() - INTERVAL 30 DAY) GROUP BY event_id HAVING "
      "min(closed AND winner != '') ORDER BY min(createdAt) LIMIT 1");
  ASSERT_NE(id, "");
  Delete("markets", "event_id = '" + id + "'");
  Delete("markets_versions", "event_id = '" + id + "'");

  ExpectFoundAndMended(AllOf(HasSubstr("event without markets"), HasSubstr(id)));
}

TEST_F(Verify, FindsADuplicateAndTwoContentsOfOneVersion) {
  const std::string ids = "SELECT id FROM markets_current WHERE closed ORDER BY id LIMIT 1";
  Sql("SYSTEM STOP MERGES markets");
  Sql("INSERT INTO markets SELECT * FROM markets WHERE id = (" + ids + ")");
  Sql("INSERT INTO markets SELECT * REPLACE('other' AS question) FROM markets WHERE id = (" + ids +
      " OFFSET 1)");
  engine_.reset();  // The next one merges again.

  ExpectFoundAndMended(AllOf(HasSubstr("stored twice"), HasSubstr("two contents")));
}

TEST_F(Verify, FindsTwoMarketsWithOneConditionId) {
  Sql("INSERT INTO markets SELECT * REPLACE('99999999' AS id) FROM markets WHERE condition_id != "
      "'' "
      "LIMIT "
      "1");

  const RunResult found = Run({"verify"});
  EXPECT_EQ(found.exit_code, 1);
  EXPECT_THAT(found.out, HasSubstr("same condition_id"));
  const RunResult reconcile = Run({"reconcile"});
  EXPECT_EQ(reconcile.exit_code, 1);
  EXPECT_THAT(reconcile.out, HasSubstr("same condition id"));
}

TEST_F(Verify, FindsTheNewestIdMovedForward) {
  const std::string key = "state:polymarket_markets_newest_id";
  const std::string before = State(key);
  Tamper({.stream = StreamName("stream:markets"), .set = {{key, "99999999"}}});

  ExpectFoundAndMended(AllOf(HasSubstr("cursor"), HasSubstr(key)));

  EXPECT_EQ(State(key), before);
}

TEST_F(Verify, FindsTheNumberOfRecordsReadMovedForward) {
  const std::string key = "state:polymarket_events_offset";
  const std::string before = State(key);
  Tamper({.stream = StreamName("stream:polymarket_events"), .add = {{key, 100}}});

  ExpectFoundAndMended(HasSubstr(key));

  EXPECT_EQ(State(key), before);
}

TEST_F(Verify, FindsABackfillThatCountsAsDoneBeforeItWas) {
  const std::string walks =
      "(SELECT walk FROM ingest_ledger WHERE source = 'gamma/markets' AND "
      "lane = 'backfill' AND walk LIKE 'closed/%' AND `from` != '')";
  Delete("ingest_ledger",
         "source = 'gamma/markets' AND lane = 'backfill' AND status = 'end' AND walk IN " + walks);

  ExpectFoundAndMended(HasSubstr("the walk has no end"));
}

TEST_F(Verify, NamesDeadLetters) {
  Tamper({.stream = StreamName("stream:markets"),
          .dead_letters = {{.form = DeadLetterForm::kApiRecord,
                            .data = "{}",
                            .kind = "malformed",
                            .reason = "field id: missing"}}});

  const RunResult found = Run({"verify"});

  EXPECT_EQ(found.exit_code, 1);
  EXPECT_THAT(found.out, AllOf(HasSubstr("dead letters"), HasSubstr("stream:markets")));
}

TEST_F(Verify, MendsAHistoryThatLacksVersions) {
  Delete("markets_versions", "closed");

  ExpectFoundAndMended(HasSubstr("history lacks versions"));
}

TEST_F(Verify, ReconcileSaysThatThereIsNoWitness) {
  const RunResult reconcile = polyhouse_.Run({"reconcile"});

  EXPECT_EQ(reconcile.exit_code, 2);
  EXPECT_THAT(reconcile.err, HasSubstr("--clob-url"));
}

TEST_F(Verify, GoesOnThroughFaultsOfTheApi) {
  simulator_->Post("/simulator/fault?spec=429=0.2,truncate=0.1,503=0.1,repeat=0.05");

  const RunResult reconcile = Run({"reconcile", "--gamma-retry-base", "5ms"});

  simulator_->Post("/simulator/fault?spec=");
  EXPECT_EQ(reconcile.exit_code, 0) << reconcile.out << reconcile.err;
}

/// While everything moves and a writer works, nothing is reported that is only under way.
TEST(VerifyMoving, IsCleanBesideAWorkingUp) {
  const ScratchDir dir;
  const Simulator simulator({"--markets", "1500", "--seed", "42", "--tick", "0.1"});
  const Polyhouse polyhouse(WithTables(dir / "data"), simulator.url());
  ChildProcess up(polyhouse.Command({"up",
                                     "--markets-discover-interval",
                                     "300ms",
                                     "--events-discover-interval",
                                     "300ms",
                                     "--markets-refresh-interval",
                                     "1s",
                                     "--events-refresh-interval",
                                     "1s",
                                     "--markets-settle-interval",
                                     "300ms",
                                     "--events-settle-interval",
                                     "300ms",
                                     "--rate-markets",
                                     "0",
                                     "--rate-events",
                                     "0"}));
  ASSERT_TRUE(WaitUntil([&] {
    const RunResult walks = polyhouse.Run(
        {"query",
         "SELECT count() FROM ingest_ledger WHERE lane = 'refresh' AND status = 'end' AND source = "
         "'gamma/markets'"});
    return std::atoi(walks.out.c_str()) >= 3;  // NOLINT(cert-err34-c): 0 for anything else.
  })) << up.Stderr();

  for (int i = 0; i < 3; ++i) {
    const RunResult verify = polyhouse.Run({"verify", "--verify-second-look=2s"});
    EXPECT_EQ(verify.exit_code, 0) << verify.out << verify.err;
  }

  up.Signal(SIGTERM);
  EXPECT_EQ(up.Wait().exit_code, 0);
  simulator.Post("/simulator/tick?seconds=0");
  const RunResult verify = polyhouse.Run({"verify"});
  EXPECT_EQ(verify.exit_code, 0) << verify.out << verify.err;
}

TEST(VerifyServers, FindsAndMendsInServerMode) {
  if (!HasRedis()) GTEST_SKIP() << "redis-server is not installed: scripts/bootstrap installs it";
  ServerStack stack({"--markets", "800", "--seed", "43"});
  const Polyhouse& polyhouse = stack.polyhouse();
  ASSERT_EQ(polyhouse.Run({"up", "--once"}).exit_code, 0);
  const RunResult clean = polyhouse.Run({"verify"});
  EXPECT_EQ(clean.exit_code, 0) << clean.out << clean.err;
  const std::string id = polyhouse.Query("SELECT min(id) FROM markets_current WHERE NOT closed");
  polyhouse.Query("ALTER TABLE markets DELETE WHERE id = '" + id + "' SETTINGS mutations_sync = 1");

  const RunResult found = polyhouse.Run({"verify"});
  EXPECT_EQ(found.exit_code, 1);
  EXPECT_THAT(found.out, HasSubstr("lost row"));
  const RunResult repair = polyhouse.Run({"verify", "--repair"});
  EXPECT_EQ(repair.exit_code, 0) << repair.out << repair.err;
  const RunResult reconcile =
      polyhouse.Run({"reconcile", "--clob-url", stack.simulator().url() + "/clob"});
  EXPECT_EQ(reconcile.exit_code, 0) << reconcile.out << reconcile.err;
}

}  // namespace
}  // namespace polyhouse
