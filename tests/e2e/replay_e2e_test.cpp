#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <filesystem>

#include "e2e/truth_tables.h"
#include "support/polyhouse_program.h"

namespace polyhouse {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const std::vector<std::string> kTables = {"markets_current",
                                          "polymarket_events_current",
                                          "markets_history",
                                          "events_history",
                                          "ingest_ledger FINAL"};

/// Every column of every row, in an order of its own.
std::string AllOf(const Polyhouse& polyhouse, const std::string& table) {
  return polyhouse.Query("SELECT * FROM " + table + " ORDER BY ALL");
}

void ExpectSameTables(const Polyhouse& one, const Polyhouse& other) {
  const auto engine = one.HoldEngine();
  const auto other_engine = other.HoldEngine();
  for (const std::string& table : kTables) {
    const std::string rows = AllOf(one, table);
    EXPECT_THAT(rows, Not(testing::IsEmpty())) << table;
    EXPECT_TRUE(rows == AllOf(other, table))
        << table << ": " << std::count(rows.begin(), rows.end(), '\n') << " rows";
  }
}

class Replay : public testing::Test {
 protected:
  Polyhouse Recorder(const Simulator& simulator, const std::string& data = "recorder") const {
    return Polyhouse(dir_ / data,
                     simulator.url(),
                     {"--archive-dir=" + archive_,
                      "--gamma-retry-base=5ms",
                      "--gamma-retry-cap=50ms",
                      "--markets-settle-interval=500ms",
                      "--events-settle-interval=500ms",
                      "--markets-refresh-interval=500ms",
                      "--events-refresh-interval=500ms"});
  }

  /// The only file of this listing with this extension.
  std::string FileOf(const std::string& listing, const std::string& extension) const {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(archive_)) {
      const auto& path = entry.path();
      if (path.filename().string().starts_with(listing) && path.extension() == extension) {
        found.push_back(path.string());
      }
    }
    EXPECT_EQ(found.size(), 1U);
    return found.empty() ? "" : found.front();
  }

  std::uintmax_t ArchivedBytes() const {
    std::error_code error;
    std::uintmax_t bytes = 0;
    for (const auto& entry : std::filesystem::directory_iterator(archive_, error)) {
      bytes += entry.file_size(error);
    }
    return bytes;
  }

  RunResult ReplayInto(const Polyhouse& polyhouse, std::vector<std::string> more = {}) const {
    std::vector<std::string> command = {"replay", archive_};
    command.insert(command.end(), more.begin(), more.end());
    return polyhouse.Run(command);
  }

  ScratchDir dir_;
  const std::string archive_ = dir_ / "archive";
};

TEST_F(Replay, GivesTheTablesOfTheRunWithTheApiGone) {
  Simulator simulator({"--markets",
                       "1200",
                       "--events",
                       "300",
                       "--seed",
                       "21",
                       "--fault",
                       "500=0.03,429=0.02,truncate=0.02,html200=0.02,empty=0.01,repeat=0.01,"
                       "bad_record=0.1,duplicate=0.05,move=0.05"});
  const Polyhouse recorder = Recorder(simulator);
  ASSERT_EQ(recorder.Run({"up", "--once"}).exit_code, 0);
  {
    // All lanes side by side, in a world that moves, in another process.
    ChildProcess up(recorder.Command({"up"}));
    for (int i = 0; i < 20; ++i) {
      simulator.Post("/simulator/tick?n=3");
      simulator.Get("/markets/keyset?limit=100");
    }
    const auto has_seen_it = [&] {
      return recorder.Query(
                 "SELECT count() > 0 FROM ingest_ledger WHERE lane = 'refresh' AND changed > 0 AND "
                 "source = 'gamma/markets'") == "1";
    };
    EXPECT_TRUE(WaitUntil(has_seen_it)) << up.Stderr();
    up.Signal(SIGTERM);
    EXPECT_EQ(up.Wait().exit_code, 0) << up.Stderr();
  }
  simulator.Stop();
  const Polyhouse rebuilt(WithTables(dir_ / "rebuilt"));

  const RunResult replay = ReplayInto(rebuilt);

  EXPECT_EQ(replay.exit_code, 0) << replay.err;
  ExpectSameTables(recorder, rebuilt);
  EXPECT_EQ(recorder.Query("SELECT count() > uniqExact(id) FROM markets_versions FINAL"), "1");
  const auto letters = [](const Polyhouse& polyhouse) {
    const std::string list = polyhouse.Run({"dlq", "list", "--limit", "0"}).out;
    return std::count(list.begin(), list.end(), '\n');
  };
  EXPECT_EQ(letters(rebuilt), letters(recorder));
  EXPECT_GT(letters(rebuilt), 0);

  const RunResult again = ReplayInto(rebuilt);

  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_THAT(again.err, HasSubstr("\n0 rows in "));
  ExpectSameTables(recorder, rebuilt);

  const RunResult into_itself = ReplayInto(recorder);
  EXPECT_EQ(into_itself.exit_code, 0) << into_itself.err;
  ExpectSameTables(recorder, rebuilt);
}

TEST_F(Replay, KilledRunsLoseNothingAndAKilledReplayGoesOn) {
  const Simulator simulator({"--markets", "3000", "--events", "500", "--seed", "22"});
  const Polyhouse recorder = Recorder(simulator);
  for (const std::uintmax_t enough : {200'000U, 1'000'000U}) {
    ChildProcess up(recorder.Command({"up"}));
    const auto has_kept_so_much = [&] { return ArchivedBytes() > enough || up.HasEnded(); };
    EXPECT_TRUE(WaitUntil(has_kept_so_much));
    up.Signal(SIGKILL);
    EXPECT_EQ(up.Wait().signal, SIGKILL);
  }
  ASSERT_EQ(recorder.Run({"up", "--once"}).exit_code, 0);
  const Polyhouse rebuilt(WithTables(dir_ / "rebuilt"));
  {
    ChildProcess replay(rebuilt.Command({"replay", archive_}));
    WaitUntil(
        [&] { return std::filesystem::exists(dir_ / "rebuilt/streams.db") || replay.HasEnded(); });
    replay.Signal(SIGKILL);
    replay.Wait();
  }

  const RunResult replay = ReplayInto(rebuilt);

  EXPECT_EQ(replay.exit_code, 0) << replay.err;
  // A page that was noted and did not reach the stream makes the history longer, never shorter.
  for (const char* table : {"markets_versions", "polymarket_events_versions"}) {
    const auto rows = [&](const Polyhouse& polyhouse) {
      const std::string text = AllOf(polyhouse, std::string(table) + " FINAL");
      std::vector<std::string> lines;
      for (std::size_t at = 0; at < text.size();) {
        const auto end = std::min(text.find('\n', at), text.size());
        lines.push_back(text.substr(at, end - at));
        at = end + 1;
      }
      std::sort(lines.begin(), lines.end());
      return lines;
    };
    const auto recorded = rows(recorder);
    const auto replayed = rows(rebuilt);
    EXPECT_FALSE(recorded.empty());
    EXPECT_TRUE(std::includes(replayed.begin(), replayed.end(), recorded.begin(), recorded.end()))
        << table;
  }
}

TEST_F(Replay, LeavesTheBackfillToALaterUp) {
  const Simulator simulator({"--markets", "600", "--events", "200", "--seed", "23"});
  ASSERT_EQ(Recorder(simulator).Run({"up", "--once"}).exit_code, 0);
  const Polyhouse rebuilt(WithTables(dir_ / "rebuilt"), simulator.url());
  ASSERT_EQ(ReplayInto(rebuilt, {"--tables", "markets"}).exit_code, 0);
  EXPECT_EQ(rebuilt.Query("SELECT count() FROM markets_current"), "600");
  EXPECT_EQ(rebuilt.Query("SELECT count() FROM polymarket_events"), "0");
  EXPECT_EQ(rebuilt.Query("SELECT count() FROM ingest_ledger"), "0");
  simulator.Post("/simulator/tick?n=40");

  const RunResult up = rebuilt.Run({"up", "--once"});

  EXPECT_EQ(up.exit_code, 0) << up.err;
  const TruthTables truth(rebuilt);
  truth.LoadNow(simulator);
  EXPECT_EQ(truth.Differences(), "");
  // What is older than the tables does not win.
  ASSERT_EQ(ReplayInto(rebuilt).exit_code, 0);
  EXPECT_EQ(truth.Differences(), "");
}

TEST_F(Replay, TheSimulatorServesAnArchive) {
  const Simulator simulator(
      {"--markets", "500", "--events", "200", "--seed", "24", "--fault", "500=0.05,html200=0.05"});
  const Polyhouse recorder = Recorder(simulator);
  ASSERT_EQ(recorder.Run({"up", "--once"}).exit_code, 0);
  simulator.Post("/simulator/tick?n=30");
  ASSERT_EQ(recorder.Run({"up", "--once"}).exit_code, 0);

  const Simulator recorded({"--recordings", archive_});

  const Polyhouse reader(dir_ / "reader", recorded.url());
  const RunResult up = reader.Run({"up", "--once"});
  EXPECT_EQ(up.exit_code, 0) << up.err;
  for (const char* table : {"markets_current", "polymarket_events_current"}) {
    const std::string sql =
        std::string("SELECT * EXCEPT (version) FROM ") + table + " ORDER BY ALL";
    EXPECT_TRUE(recorder.Query(sql) == reader.Query(sql)) << table;
  }
}

TEST_F(Replay, ReadsWhatIsWholeAndNamesWhatIsNot) {
  const Simulator simulator({"--markets", "600", "--events", "100", "--seed", "25"});
  const Polyhouse recorder = Recorder(simulator);
  ASSERT_EQ(recorder.Run({"up", "--once"}).exit_code, 0);
  const std::string path = FileOf("markets", ".zst");
  const std::string whole = ReadFile(path);
  std::string damaged = whole;
  for (std::size_t at = whole.size() / 10 * 9; at < whole.size(); ++at) {
    damaged[at] = static_cast<char>(damaged[at] ^ 0x01);
  }
  WriteFile(path, damaged);
  WriteFile(archive_ + "/notes.txt", "x");
  const Polyhouse rebuilt(WithTables(dir_ / "rebuilt"));

  const RunResult replay = ReplayInto(rebuilt);

  EXPECT_EQ(replay.exit_code, 1);
  EXPECT_THAT(replay.err, HasSubstr(path + ", the answer at byte"));
  EXPECT_THAT(replay.err, HasSubstr("notes.txt is not a file of an archive."));
  EXPECT_NE(rebuilt.Query("SELECT count() FROM markets_current"), "0");
  EXPECT_NE(rebuilt.Query("SELECT count() FROM markets_current"), "600");
  EXPECT_EQ(rebuilt.Query("SELECT count() FROM polymarket_events_current"), "100");

  // Once it is mended, the same command brings the rest.
  WriteFile(path, whole);
  std::filesystem::remove(archive_ + "/notes.txt");
  const RunResult mended = ReplayInto(rebuilt);
  EXPECT_EQ(mended.exit_code, 0) << mended.err;
  ExpectSameTables(recorder, rebuilt);
}

TEST_F(Replay, WrongUsageIsRefusedWithASentence) {
  const Polyhouse polyhouse(dir_ / "data");
  const RunResult nowhere = polyhouse.Run({"replay", dir_ / "nowhere"});
  EXPECT_EQ(nowhere.exit_code, 2);
  EXPECT_THAT(nowhere.err, HasSubstr("/nowhere cannot be read"));
  const RunResult empty = polyhouse.Run({"replay", dir_.path()});
  EXPECT_EQ(empty.exit_code, 2);
  EXPECT_THAT(empty.err, HasSubstr("There is no archive in"));
  const RunResult table = polyhouse.Run({"replay", dir_.path(), "--tables", "market"});
  EXPECT_EQ(table.exit_code, 2);
  EXPECT_THAT(table.err, HasSubstr("did you mean markets?"));
}

TEST_F(Replay, NothingIsArchivedUnlessAsked) {
  const Simulator simulator({"--markets", "200"});
  const Polyhouse polyhouse(dir_ / "data", simulator.url());
  ASSERT_EQ(polyhouse.Run({"up", "--once"}).exit_code, 0);
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(dir_.path())) {
    const auto extension = entry.path().extension();
    if (extension == ".zst" || extension == ".jsonl") names.push_back(entry.path().string());
  }
  EXPECT_THAT(names, ElementsAre());
}

RunResult RunWithMounts(const std::string& script) {
  return RunToEnd({"unshare", "-rm", "bash", "-ec", script});
}

std::string Quoted(const std::vector<std::string>& command) {
  std::string text;
  for (const std::string& word : command) text += "'" + word + "' ";
  return text;
}

TEST_F(Replay, ArchiveOnAReadOnlyOrFullDiskSaysWhatToDo) {
  std::filesystem::create_directory(archive_);
  if (RunWithMounts("mount -t tmpfs none " + archive_).exit_code != 0) {
    GTEST_SKIP() << "This needs user namespaces (unshare -rm) to mount a small disk.";
  }
  const Simulator simulator({"--markets", "2000", "--seed", "26"});
  const Polyhouse recorder = Recorder(simulator);
  const auto up = Quoted(recorder.Command({"up", "--once", "--gamma-give-up-after", "2s"}));

  const RunResult read_only = RunWithMounts("mount -t tmpfs -o ro none " + archive_ + "; " + up);
  EXPECT_EQ(read_only.exit_code, 2) << read_only.err;
  EXPECT_THAT(read_only.err, HasSubstr("Read-only file system"));
  EXPECT_THAT(read_only.err, HasSubstr("choose another with --archive-dir"));

  const Polyhouse rebuilt(WithTables(dir_ / "rebuilt"));
  const RunResult full =
      RunWithMounts("mount -t tmpfs -o size=300k none " + archive_ + "; " + up +
                    " && exit 9; echo failed=$?; " + "mount -o remount,size=1g " + archive_ + "; " +
                    up + "; " + Quoted(rebuilt.Command({"replay", archive_})));
  EXPECT_EQ(full.exit_code, 0) << full.err;
  EXPECT_THAT(full.out, HasSubstr("failed=1")) << full.err;
  EXPECT_THAT(full.err, HasSubstr("No space left on device): make room")) << full.err;
  EXPECT_EQ(rebuilt.Query("SELECT count(), uniqExact(id) FROM markets_current"), "2000\t2000");
  EXPECT_TRUE(AllOf(rebuilt, "markets_current") == AllOf(recorder, "markets_current"));
}

}  // namespace
}  // namespace polyhouse
