// What machines, servers and people do to a running program: clocks that are set back, closed and
// stuck descriptors, servers that are full, streams that are deleted, settings that are wrong.

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include "support/server_stack.h"

namespace polyhouse {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kFaketime = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";

const std::vector<std::string> kFastLanes = {"--gamma-retry-base",
                                             "5ms",
                                             "--markets-discover-interval",
                                             "500ms",
                                             "--markets-refresh-interval",
                                             "2s",
                                             "--markets-settle-interval",
                                             "1s"};

std::vector<std::string> IngestMarkets() {
  std::vector<std::string> command = {"ingest", "markets", "--redis-lease", "2s"};
  command.insert(command.end(), kFastLanes.begin(), kFastLanes.end());
  return command;
}

class Trouble : public testing::Test {
 protected:
  void SetUp() override { NEEDS_REDIS(); }

  static bool Says(const ChildProcess& process, const std::string& words) {
    return process.Stderr().find(words) != std::string::npos;
  }
  static std::uint64_t Count(const ServerStack& stack) {
    return std::stoull(stack.polyhouse().Query("SELECT count() FROM markets_current"));
  }
  static bool HasAll(const ServerStack& stack, std::uint64_t markets) {
    return stack.polyhouse().Run({"query", "SELECT count() FROM markets_current"}).out ==
           std::to_string(markets) + "\n";
  }
};

TEST_F(Trouble, AClockThatIsSetBackStopsNothingAndVersionsGoOnRising) {
  if (access(kFaketime, R_OK) != 0) GTEST_SKIP() << "faketime is missing: scripts/bootstrap";
  ServerStack stack({"--markets", "300", "--seed", "5", "--five-minute", "4"});
  const ScratchDir dir;
  WriteFile(dir / "clock", "+0");
  const std::vector<std::string> environment = {"LD_PRELOAD=" + std::string(kFaketime),
                                                "FAKETIME_TIMESTAMP_FILE=" + (dir / "clock"),
                                                "FAKETIME_NO_CACHE=1",
                                                "FAKETIME_DONT_FAKE_MONOTONIC=1",
                                                "DONT_FAKE_MONOTONIC=1",
                                                "POLYHOUSE_RATE_MARKETS=300"};
  ChildProcess ingest(stack.polyhouse().Command(IngestMarkets()), environment);
  ChildProcess write(stack.polyhouse().Command({"write"}), environment);
  ASSERT_TRUE(WaitUntil([&] { return Says(ingest, "Lane started") && Count(stack) >= 300; }))
      << ingest.Stderr() << write.Stderr();
  const auto before = Count(stack);
  const auto newest = std::stoull(stack.polyhouse().Query("SELECT max(version) FROM markets"));

  // Whole at once: a program may be reading it.
  WriteFile(dir / "next", "-7200");
  std::filesystem::rename(dir / "next", dir / "clock");
  stack.simulator().Post("/simulator/tick?n=10");

  EXPECT_TRUE(WaitUntil([&] { return Count(stack) > before; })) << ingest.Stderr();
  EXPECT_GT(std::stoull(stack.polyhouse().Query("SELECT max(version) FROM markets")), newest);
  for (ChildProcess* role : {&ingest, &write}) {
    role->Signal(SIGTERM);
    EXPECT_EQ(role->Wait().exit_code, 0) << role->Stderr();
  }
}

TEST_F(Trouble, ARedisThatIsFullForAMomentEndsNoRole) {
  ServerStack stack({"--markets", "200"});
  // A password, so that the first reply is that to a log-in.
  stack.redis().Ask({"CONFIG", "SET", "requirepass", "pw"});
  stack.UseRedis("redis://:pw@127.0.0.1:" + std::to_string(stack.redis().port()));
  // One connection that fills the server, and makes room again when it is told to.
  const ScratchDir dir;
  ASSERT_EQ(RunToEnd({"mkfifo", dir / "go"}).exit_code, 0);
  ChildProcess full({"sh",
                     "-c",
                     "(echo AUTH pw; echo CONFIG SET maxclients 1; cat '" + (dir / "go") +
                         "'; echo CONFIG SET maxclients 1000) | redis-cli -p " +
                         std::to_string(stack.redis().port())});
  ASSERT_TRUE(WaitUntil([&] { return full.Stdout() == "OK\nOK\n"; })) << full.Stdout();
  ChildProcess ingest(stack.polyhouse().Command({"ingest", "markets", "--once"}));
  ChildProcess write(stack.polyhouse().Command({"write"}));
  for (const ChildProcess* role : {&ingest, &write}) {
    ASSERT_TRUE(WaitUntil([&] { return Says(*role, "cannot be used now"); })) << role->Stderr();
    EXPECT_THAT(role->Stderr(), Not(HasSubstr("user and password")));
  }

  WriteFile(dir / "go", "");

  EXPECT_EQ(ingest.Wait().exit_code, 0) << ingest.Stderr();
  EXPECT_TRUE(WaitUntil([&] { return HasAll(stack, 200); })) << write.Stderr();
  write.Signal(SIGTERM);
  EXPECT_EQ(write.Wait().exit_code, 0) << write.Stderr();
}

/// A descriptor that is closed is the next one to be given out: log lines went to Redis.
TEST_F(Trouble, ClosedStandardStreamsHarmNothing) {
  ServerStack stack({"--markets", "200"});
  std::string ingest = "exec";
  for (const auto& word : stack.polyhouse().Command({"ingest", "markets", "--once"})) {
    ingest += " '" + word + "'";
  }
  EXPECT_EQ(RunToEnd({"sh", "-c", ingest + " <&- >&- 2>&-"}).exit_code, 0);
  EXPECT_EQ(stack.polyhouse().Run({"write", "--once"}).exit_code, 0);
  EXPECT_TRUE(HasAll(stack, 200));
  // What cannot be printed is a failure.
  std::string query = "exec";
  for (const auto& word : stack.polyhouse().Command({"query", "SELECT 1"})) {
    query += " '" + word + "'";
  }
  EXPECT_EQ(RunToEnd({"sh", "-c", query + " >&-"}).exit_code, 1);
}

TEST_F(Trouble, AStderrThatNobodyReadsStopsNeitherTheProgramNorSigterm) {
  ServerStack stack({"--markets", "3000", "--fault", "429=0.3"});
  const ScratchDir dir;
  ASSERT_EQ(RunToEnd({"mkfifo", dir / "log"}).exit_code, 0);
  const int reader = open((dir / "log").c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  ASSERT_GE(reader, 0);
  ChildProcess filler({"sh", "-c", "head -c 65536 /dev/zero > '" + (dir / "log") + "'"});
  ASSERT_EQ(filler.Wait().exit_code, 0) << "the pipe is full from the beginning";
  std::string ingest = "exec";
  auto command = IngestMarkets();
  command.insert(command.end(), {"--log-level", "debug"});
  for (const auto& word : stack.polyhouse().Command(command)) ingest += " '" + word + "'";
  ChildProcess role({"sh", "-c", ingest + " 2> '" + (dir / "log") + "'"});

  EXPECT_TRUE(WaitUntil([&] {
    return stack.redis().Ask({"GET", "state:polymarket_markets_cursor"}) == "done";
  }));
  role.Signal(SIGTERM);
  EXPECT_EQ(role.Wait(std::chrono::seconds(20)).exit_code, 0);
  close(reader);
}

TEST_F(Trouble, AStreamThatIsDeletedIsSaidFoundAndReadAgain) {
  ServerStack stack({"--markets", "300", "--seed", "8"});
  const Polyhouse& polyhouse = stack.polyhouse();
  ASSERT_EQ(polyhouse.Run({"ingest", "markets", "--once"}).exit_code, 0);
  ASSERT_EQ(polyhouse.Run({"ingest", "events", "--once"}).exit_code, 0);

  stack.redis().Ask({"DEL", "stream:markets"});
  ASSERT_EQ(polyhouse.Run({"write", "--once"}).exit_code, 0);

  // Found, and not taken for mended before its rows are there.
  const RunResult found = polyhouse.Run({"verify", "--repair"});
  EXPECT_EQ(found.exit_code, 1);
  EXPECT_THAT(found.out, AllOf(HasSubstr("lost stream"), HasSubstr("stream:markets")));
  ASSERT_EQ(polyhouse.Run({"ingest", "markets", "--once"}).exit_code, 0);
  ASSERT_EQ(polyhouse.Run({"write", "--once"}).exit_code, 0);
  EXPECT_TRUE(HasAll(stack, 300));
  const RunResult verify = polyhouse.Run({"verify"});
  EXPECT_EQ(verify.exit_code, 0) << verify.out << verify.err;
}

TEST_F(Trouble, ARunningIngesterNoticesThatItsStreamIsGone) {
  ServerStack stack({"--markets", "300", "--seed", "8"});
  ChildProcess ingest(stack.polyhouse().Command(IngestMarkets()));
  ASSERT_TRUE(WaitUntil([&] {
    return stack.redis().Ask({"GET", "state:polymarket_markets_cursor"}) == "done";
  })) << ingest.Stderr();

  stack.redis().Ask({"DEL", "stream:markets"});

  EXPECT_TRUE(WaitUntil([&] { return Says(ingest, "A stream is gone"); })) << ingest.Stderr();
  ChildProcess write(stack.polyhouse().Command({"write"}));
  EXPECT_TRUE(WaitUntil([&] { return HasAll(stack, 300); })) << ingest.Stderr();
}

/// What a repair sets back was written over from memory.
TEST_F(Trouble, ARunningIngesterTakesNoticeOfWhatARepairSetsBack) {
  ServerStack stack({"--markets", "300", "--seed", "8"});
  ChildProcess ingest(stack.polyhouse().Command(IngestMarkets()));
  ChildProcess write(stack.polyhouse().Command({"write"}));
  ASSERT_TRUE(WaitUntil([&] { return HasAll(stack, 300); })) << ingest.Stderr();
  // The newest markets are gone, and what is known of them: nothing but the cursor tells.
  const std::string newest = stack.redis().Ask({"GET", "state:polymarket_markets_newest_id"});
  stack.redis().Ask({"HDEL", "state:polymarket_markets_rows", newest});
  stack.polyhouse().Query("DELETE FROM markets WHERE id = '" + newest + "'");
  stack.polyhouse().Query("DELETE FROM markets_versions WHERE id = '" + newest + "'");

  stack.polyhouse().Run({"verify", "--repair"});

  EXPECT_TRUE(WaitUntil([&] { return Says(ingest, "was set back"); })) << ingest.Stderr();
  EXPECT_TRUE(WaitUntil([&] { return HasAll(stack, 300); })) << ingest.Stderr();
}

TEST_F(Trouble, AMistypedInsertSettingIsSaidAtOnceAndCostsNoRow) {
  ServerStack stack({"--markets", "5"});
  ASSERT_EQ(stack.polyhouse().Run({"ingest", "markets", "--once"}).exit_code, 0);
  for (const char* settings : {"max_insert_threads=lots", "no_such_setting=1"}) {
    const RunResult write =
        stack.polyhouse().Run({"write", "--once", "--clickhouse-insert-settings", settings});
    EXPECT_EQ(write.exit_code, 2) << settings << write.err;
    EXPECT_THAT(write.err, HasSubstr("insert_settings")) << settings;
  }
  const RunResult unsafe = stack.polyhouse().Run({"write",
                                                  "--once",
                                                  "--clickhouse-insert-settings",
                                                  "async_insert=1,wait_for_async_insert=0"});
  EXPECT_EQ(unsafe.exit_code, 2);
  EXPECT_THAT(unsafe.err, HasSubstr("count as stored that is not"));
  EXPECT_EQ(stack.polyhouse().Run({"dlq", "list"}).out.find("stream:markets"), std::string::npos);

  EXPECT_EQ(stack.polyhouse().Run({"write", "--once"}).exit_code, 0);
  EXPECT_TRUE(HasAll(stack, 5));
}

TEST_F(Trouble, ABatchThatTheDatabaseHasNoMemoryForGoesInByParts) {
  ServerStack stack({"--markets", "3000"});
  ASSERT_EQ(stack.polyhouse().Run({"ingest", "markets", "--once"}).exit_code, 0);

  const RunResult write = stack.polyhouse().Run({"write",
                                                 "--once",
                                                 "--gamma-retry-base",
                                                 "5ms",
                                                 "--clickhouse-insert-settings",
                                                 "max_memory_usage=12000000"});

  EXPECT_EQ(write.exit_code, 0) << write.err;
  EXPECT_THAT(write.err, HasSubstr("sent in halves"));
  EXPECT_TRUE(HasAll(stack, 3'000));
  EXPECT_EQ(stack.polyhouse().Run({"dlq", "list"}).out.find("stream:markets"), std::string::npos);
}

TEST_F(Trouble, StatusAndVerifyWorkUnderAPolicyThatRolesRefuse) {
  ServerStack stack({"--markets", "100"});
  ASSERT_EQ(stack.polyhouse().Run({"ingest", "markets", "--once"}).exit_code, 0);
  ASSERT_EQ(stack.polyhouse().Run({"ingest", "events", "--once"}).exit_code, 0);
  ASSERT_EQ(stack.polyhouse().Run({"write", "--once"}).exit_code, 0);
  stack.redis().Ask({"CONFIG", "SET", "maxmemory-policy", "allkeys-lru"});

  EXPECT_EQ(stack.polyhouse().Run({"status"}).exit_code, 0);
  const RunResult verify = stack.polyhouse().Run({"verify"});
  EXPECT_EQ(verify.exit_code, 0) << verify.out << verify.err;
  EXPECT_EQ(stack.polyhouse().Run({"write", "--once"}).exit_code, 2);
}

}  // namespace
}  // namespace polyhouse
