// Several programs, or a program and its user, on one data directory at the same time.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>

#include "e2e/truth_tables.h"
#include "support/polyhouse_program.h"

namespace polyhouse {
namespace {

using testing::HasSubstr;

/// A query that runs for about seven seconds on an engine of its own.
std::vector<std::string> LongQuery(const Polyhouse& polyhouse) {
  return polyhouse.Command({"query",
                            "SELECT count() FROM numbers(7) WHERE NOT ignore(sleepEachRow(1)) "
                            "SETTINGS max_block_size = 1"});
}

class SideBySide : public testing::Test {
 protected:
  void StartLongQuery() {
    query_ = std::make_unique<ChildProcess>(LongQuery(polyhouse_));
    ASSERT_TRUE(WaitUntil([&] { return std::filesystem::exists(dir_ / "data/engine.sock"); }));
  }

  const ScratchDir dir_;
  const Simulator simulator_{{"--markets", "500", "--seed", "3"}};
  const Polyhouse polyhouse_{WithTables(dir_ / "data"), simulator_.url()};
  std::unique_ptr<ChildProcess> query_;
};

/// `up` used to give up after five seconds, because the query's engine held the directory.
TEST_F(SideBySide, UpWorksBesideALongQuery) {
  StartLongQuery();

  const RunResult up = polyhouse_.Run({"up", "--once"});

  EXPECT_EQ(up.exit_code, 0) << up.err;
  EXPECT_EQ(query_->Wait().exit_code, 0) << query_->Stderr();
  EXPECT_EQ(polyhouse_.Query("SELECT count() FROM markets_current"), "500");
}

TEST_F(SideBySide, WriteOutlivesTheEngineOfAQuery) {
  ASSERT_EQ(polyhouse_.Run({"ingest", "markets", "--once"}).exit_code, 0);
  StartLongQuery();
  ChildProcess write(polyhouse_.Command({"write"}));
  ASSERT_TRUE(WaitUntil([&] { return query_->HasEnded(); }));
  ASSERT_EQ(polyhouse_.Run({"ingest", "events", "--once"}).exit_code, 0);

  EXPECT_TRUE(WaitUntil([&] {
    const RunResult count = polyhouse_.Run({"query", "SELECT count() > 0 FROM polymarket_events"});
    return count.out == "1\n";
  })) << write.Stderr();
  write.Signal(SIGTERM);
  EXPECT_EQ(write.Wait().exit_code, 0) << write.Stderr();
}

TEST_F(SideBySide, TwoQueriesAtOnceDoNotTakeTheEngineFromEachOther) {
  StartLongQuery();
  ChildProcess second(LongQuery(polyhouse_));

  EXPECT_EQ(query_->Wait().exit_code, 0) << query_->Stderr();
  EXPECT_EQ(second.Wait().exit_code, 0) << second.Stderr();
}

/// It used to go on with the other table, and a supervisor saw a healthy process.
TEST_F(SideBySide, WriteEndsWhenOneOfItsTablesIsGone) {
  ASSERT_EQ(polyhouse_.Run({"ingest", "events", "--once"}).exit_code, 0);
  ChildProcess write(polyhouse_.Command({"write"}));
  // Not before it writes: at its start it makes the tables that are missing.
  ASSERT_TRUE(WaitUntil([&] {
    return polyhouse_.Run({"query", "SELECT count() > 0 FROM polymarket_events"}).out == "1\n";
  })) << write.Stderr();
  polyhouse_.Query("DROP TABLE markets SYNC");

  ASSERT_EQ(polyhouse_.Run({"ingest", "markets", "--once"}).exit_code, 0);

  EXPECT_EQ(write.Wait().exit_code, 2);
  EXPECT_THAT(write.Stderr(), HasSubstr("Code: 60"));
  EXPECT_THAT(polyhouse_.Run({"dlq", "list"}).out, "");
}

TEST_F(SideBySide, WriteEndsWhenItsEngineCannotRunAnyMore) {
  WriteFile(dir_ / "engine.sh",
            "#!/bin/sh\n[ -e " + (dir_ / "broken") + " ] && exit 2\nexec " + PolyhouseProgram() +
                " \"$@\"\n");
  std::filesystem::permissions(dir_ / "engine.sh", std::filesystem::perms::owner_all);
  ChildProcess write(polyhouse_.Command({"write", "--engine-program", dir_ / "engine.sh"}));
  ASSERT_TRUE(
      WaitUntil([&] { return write.Stderr().find("engine answers") != std::string::npos; }));
  WriteFile(dir_ / "broken", "");
  kill(std::atoi(ReadFile(dir_ / "data/engine.lock").c_str()), SIGKILL);

  EXPECT_EQ(write.Wait().exit_code, 2) << write.Stderr();
}

/// A drain that cannot get on, here because the engine is stopped, used to ignore SIGTERM.
TEST_F(SideBySide, SigtermEndsADrainThatCannotFinish) {
  ChildProcess up(polyhouse_.Command({"up", "--once", "--writer-drain-time", "500ms"}));
  int engine = 0;
  ASSERT_TRUE(WaitUntil([&] {
    engine = std::atoi(ReadFile(dir_ / "data/engine.lock").c_str());
    return engine > 0 && up.Stderr().find("engine answers") != std::string::npos;
  }));
  kill(engine, SIGSTOP);
  up.Signal(SIGTERM);

  EXPECT_TRUE(WaitUntil([&] { return up.HasEnded(); }, std::chrono::seconds(40))) << up.Stderr();

  kill(engine, SIGCONT);
  EXPECT_NE(up.Wait().exit_code, 0) << "--once was not finished";
}

/// The streams file's own error text says: move it away, tables keep their rows. Entry ids then
/// begin again, and the database took the new rows for batches it had seen.
TEST_F(SideBySide, NothingIsLostWhenTheStreamsFileIsReplaced) {
  ASSERT_EQ(polyhouse_.Run({"up", "--once"}).exit_code, 0);
  for (const char* name : {"streams.db", "streams.db-wal", "streams.db-shm"}) {
    std::filesystem::remove(dir_ / ("data/" + std::string(name)));
  }
  const Simulator other({"--markets", "500", "--seed", "4"});
  const Polyhouse on_other(dir_ / "data", other.url());

  ASSERT_EQ(on_other.Run({"up", "--once"}).exit_code, 0);

  const TruthTables truth(on_other);
  truth.LoadServed(other);
  EXPECT_EQ(truth.Missing(), "");
}

/// `up` used to say "done" over empty tables.
TEST_F(SideBySide, ListingsAreReadAgainIntoOtherTables) {
  ASSERT_EQ(polyhouse_.Run({"up", "--once"}).exit_code, 0);

  std::filesystem::remove_all(dir_ / "data/tables");
  ASSERT_EQ(polyhouse_.Run({"up", "--once"}).exit_code, 0);
  EXPECT_EQ(polyhouse_.Query("SELECT count() FROM markets_current"), "500");

  polyhouse_.Query("DROP TABLE markets");
  EXPECT_THAT(polyhouse_.Run({"schema", "plan"}).out, HasSubstr("0001_markets: to be applied"));
  ASSERT_EQ(polyhouse_.Run({"up", "--once"}).exit_code, 0);
  EXPECT_EQ(polyhouse_.Query("SELECT count() FROM markets_current"), "500");

  ASSERT_EQ(polyhouse_.Run({"up", "--once", "--database", "other"}).exit_code, 0);
  EXPECT_EQ(polyhouse_.Query("SELECT count() FROM other.markets_current"), "500");
}

TEST_F(SideBySide, AReplayedDeadLetterReachesItsTable) {
  ASSERT_EQ(polyhouse_.Run({"schema", "apply"}).exit_code, 0);
  polyhouse_.Query("ALTER TABLE markets ADD CONSTRAINT odd CHECK toUInt64(id) % 100 != 7");
  ASSERT_EQ(polyhouse_.Run({"up", "--once"}).exit_code, 0);
  const std::string stored = polyhouse_.Query("SELECT count() FROM markets_current");
  ASSERT_NE(stored, "500");
  EXPECT_THAT(polyhouse_.Run({"dlq", "list"}).out, HasSubstr("odd"));
  polyhouse_.Query("ALTER TABLE markets DROP CONSTRAINT odd");

  EXPECT_EQ(polyhouse_.Run({"dlq", "replay", "--all"}).exit_code, 0);
  ASSERT_EQ(polyhouse_.Run({"write", "--once"}).exit_code, 0);

  EXPECT_EQ(polyhouse_.Query("SELECT count() FROM markets_current"), "500");
  EXPECT_EQ(polyhouse_.Run({"dlq", "list"}).out, "");
}

/// Markets open, trade, close and resolve while they are read.
TEST(MovingWorld, IsStoredAsItWasLastServed) {
  const ScratchDir dir;
  const Simulator simulator({"--markets", "4000", "--seed", "8", "--tick", "0.05"});
  const Polyhouse polyhouse(WithTables(dir / "data"), simulator.url());

  const RunResult up = polyhouse.Run({"up", "--once"});

  ASSERT_EQ(up.exit_code, 0) << up.err;
  const TruthTables truth(polyhouse);
  truth.LoadServed(simulator);
  EXPECT_EQ(truth.Differences(), "");
}

}  // namespace
}  // namespace polyhouse
