// Changing the tables of a database that is in use.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <random>
#include <sstream>
#include <thread>

#include "contract/live_engine.h"
#include "support/polyhouse_program.h"

namespace polyhouse {
namespace {

using testing::HasSubstr;

class SchemaApply : public testing::Test {
 protected:
  std::string Ask(const std::string& database, const std::string& sql) const {
    std::string text =
        RunToEnd({"curl", "-sS", "--data-binary", sql, engine_.url() + "/?database=" + database})
            .out;
    while (text.ends_with('\n')) text.pop_back();
    return text;
  }
  std::vector<std::string> Schema(const std::string& database, const std::string& action) const {
    return {PolyhouseProgram(),
            "--clickhouse-url",
            engine_.url(),
            "--database",
            database,
            "--data-dir",
            dir_.path(),
            "--schema-lock-timeout",
            "300ms",
            "schema",
            action};
  }
  /// A database with as many rows in each table: markets of an older system, and trades as an
  /// earlier version had them, under a key that was changed since. Half of them are replaced.
  void MakeOlder(const std::string& database, int rows) const {
    Ask("default", "CREATE DATABASE " + database);
    Ask(database,
        "CREATE TABLE markets (createdAt DateTime, id UInt64, question String, answer1 String, "
        "answer2 String, neg_risk Boolean, market_slug String, token1 String, token2 String, "
        "condition_id String, volume Float64, ticker String, event_slug String, closedTime "
        "Nullable(DateTime)) ENGINE = MergeTree ORDER BY (id, createdAt)");
    Ask(database,
        "INSERT INTO markets (id, question, volume) SELECT number, 'Q' || number, number FROM "
        "numbers(" +
            std::to_string(rows) + ")");
    Ask(database,
        "CREATE TABLE trades (timestamp DateTime64(3, 'UTC'), token_id String, transactionHash "
        "String, log_index UInt32, price Float64, usd_amount Decimal(18, 6), version UInt64) "
        "ENGINE = ReplacingMergeTree(version) PARTITION BY toYYYYMM(timestamp) ORDER BY "
        "(timestamp, transactionHash, log_index)");
    for (const std::string version : {"1", "2"}) {
      Ask(database,
          "INSERT INTO trades SELECT toDateTime64(1.7e9 + number * 86400, 3, 'UTC'), 'T' || number "
          "% 7, 'H', number, 0.5, number, " +
              version + " FROM numbers(" + std::to_string(rows) + ") WHERE number % " + version +
              " = 0");
    }
  }

  /// Takes back every migration from the last to the one whose name begins like this; tables that
  /// they made are not kept.
  void RollBackWith(const std::string& first) const {
    while (Ask("p", "SELECT max(name) FROM polyhouse_migrations") >= first) {
      const RunResult rollback = RunToEnd(Schema("p", "rollback"));
      ASSERT_EQ(rollback.exit_code, 0) << rollback.err;
      std::istringstream kept(Ask("p", "SHOW TABLES LIKE '%\\_of\\_polyhouse'"));
      for (std::string table; kept >> table;) Ask("p", "DROP TABLE " + table + " SYNC");
    }
  }

  const ScratchDir dir_;
  LiveEngine engine_;
};

/// How many trials; SCHEMA_TRIALS=200 for a long look.
int Trials() {
  const char* wanted = std::getenv("SCHEMA_TRIALS");
  return wanted == nullptr ? 6 : std::atoi(wanted);
}

/// Two at once lost the original of an older table, and emptied ours.
TEST_F(SchemaApply, OfThreeAtOnceKilledAnywhereLosesNoRow) {
  std::mt19937 random(7);
  for (int trial = 0; trial < Trials(); ++trial) {
    const std::string database = "trial" + std::to_string(trial);
    MakeOlder(database, 100);
    const std::string original = Ask(database, "SELECT count(), sum(cityHash64(*)) FROM markets");
    std::vector<std::unique_ptr<ChildProcess>> three;
    for (int i = 0; i < 3; ++i) {
      three.push_back(std::make_unique<ChildProcess>(Schema(database, "apply")));
      std::this_thread::sleep_for(std::chrono::milliseconds(random() % 40));
    }
    for (int i = 0; i < 2; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(random() % 250));
      three[static_cast<std::size_t>(i)]->Signal(SIGKILL);
    }
    EXPECT_EQ(three[2]->Wait().exit_code, 0) << three[2]->Stderr();
    const RunResult last = RunToEnd(Schema(database, "apply"));
    ASSERT_EQ(last.exit_code, 0) << last.err;

    ASSERT_EQ(Ask(database, "SELECT count(), sum(cityHash64(*)) FROM markets_before_polyhouse"),
              original)
        << "trial " << trial;
    ASSERT_EQ(Ask(database, "SELECT count(), sum(volume) FROM markets_current"), "100\t4950")
        << "trial " << trial;
    ASSERT_EQ(Ask(database,
                  "SELECT count(), sum(usd_amount), sum(version), (SELECT sorting_key FROM "
                  "system.tables WHERE database = currentDatabase() AND name = 'trades') FROM "
                  "trades_current"),
              "100\t4950\t150\ttoken_id, timestamp, transactionHash, log_index")
        << "trial " << trial;
    EXPECT_EQ(Ask(database,
                  "SELECT count() FROM system.tables WHERE database = currentDatabase() AND name "
                  "LIKE '%polyhouse_new%'"),
              "0");
    Ask("default", "DROP DATABASE " + database + " SYNC");
  }
}

TEST_F(SchemaApply, TakesOverTheLockOfAProcessThatDied) {
  ASSERT_EQ(RunToEnd(Schema("p", "apply")).exit_code, 0);
  Ask("p", "DROP VIEW markets_current SYNC");
  Ask("p",
      "CREATE TABLE polyhouse_schema_lock (x UInt8) ENGINE = MergeTree ORDER BY x COMMENT "
      "'0123 7'");

  const RunResult apply = RunToEnd(Schema("p", "apply"));

  EXPECT_EQ(apply.exit_code, 0) << apply.err;
  EXPECT_THAT(apply.err, HasSubstr("is dead"));
  EXPECT_EQ(Ask("p", "SELECT count() FROM markets_current"), "0");
  EXPECT_EQ(Ask("p", "EXISTS TABLE polyhouse_schema_lock"), "0");
}

TEST_F(SchemaApply, AddsColumnsToTablesThatHaveRowsAndTakesOnlyViewsBack) {
  ASSERT_EQ(RunToEnd(Schema("p", "apply")).exit_code, 0);
  RollBackWith("0009");
  EXPECT_THAT(Ask("p", "SHOW CREATE VIEW markets_with_events"), HasSubstr("event_slug = e.slug"))
      << "as it was before";
  // What an older program writes.
  Ask("p",
      "INSERT INTO markets (id, outcomes, winner, event_id, version) VALUES ('1', ['A', 'B'], "
      "'B', '9', 1)");

  const RunResult apply = RunToEnd(Schema("p", "apply"));

  ASSERT_EQ(apply.exit_code, 0) << apply.err;
  EXPECT_EQ(Ask("p", "SELECT winner_index, event_ids, best_bid FROM markets_current"),
            "1\t['9']\t\\N");
  Ask("p", "INSERT INTO markets (id, best_bid, version) VALUES ('1', 0.5, 2)");
  EXPECT_EQ(Ask("p", "SELECT best_bid FROM markets_current"), "0.5");
  EXPECT_EQ(Ask("p",
                "SELECT has(changed, 'best_bid'), best_bid FROM markets_history WHERE version "
                "= 2"),
            "1\t0.5");
  RollBackWith("0009");
  EXPECT_EQ(Ask("p", "SELECT best_bid FROM markets FINAL"), "0.5") << "no column is dropped";
}

/// Every column of a table is in its view.
TEST_F(SchemaApply, ShowsEveryColumnInTheCurrentViews) {
  ASSERT_EQ(RunToEnd(Schema("p", "apply")).exit_code, 0);
  EXPECT_EQ(Ask("p",
                "SELECT table, name FROM system.columns WHERE database = 'p' AND table IN "
                "('markets', 'polymarket_events', 'order_fills', 'trades', 'ingest_ledger', "
                "'clob_markets', 'markets_enriched', 'addresses') AND "
                "(concat(table, '_current'), name) NOT IN (SELECT table, name FROM system.columns "
                "WHERE database = 'p')"),
            "");
}

/// What the chain had taken back was marked without its wallet, and stayed in the order of wallets.
TEST_F(SchemaApply, TakesBackWhatStayedInTheOrderOfWallets) {
  auto apply = Schema("p", "apply");
  apply.emplace_back("--schema-trades-by-wallet=true");
  ASSERT_EQ(RunToEnd(apply).exit_code, 0);
  RollBackWith("0021");
  Ask("p",
      "INSERT INTO trades_by_wallet (maker, timestamp, transactionHash, log_index, removed, "
      "version) "
      "VALUES ('gone', 1, 'x', 1, false, 1), ('', 1, 'x', 1, true, 2), ('again', 1, 'x', 1, false, "
      "3), ('stays', 1, 'x', 2, false, 1)");

  ASSERT_EQ(RunToEnd(apply).exit_code, 0);

  EXPECT_EQ(Ask("p", "SELECT maker FROM trades_by_wallet_current ORDER BY maker"), "again\nstays");
}

TEST_F(SchemaApply, WaitsForAServerThatIsAwayForAMoment) {
  engine_.Kill();
  ChildProcess apply(Schema("p", "apply"));
  ASSERT_TRUE(WaitUntil([&] { return !apply.Stderr().empty() || apply.HasEnded(); }));
  EXPECT_FALSE(apply.HasEnded()) << apply.Stderr();

  engine_.Restart();

  EXPECT_EQ(apply.Wait().exit_code, 0) << apply.Stderr();
  auto impatient = Schema("p", "apply");
  engine_.Kill();
  impatient.insert(impatient.begin() + 1, {"--schema-retry-for", "0"});
  EXPECT_EQ(RunToEnd(impatient).exit_code, 1);
}

}  // namespace
}  // namespace polyhouse
