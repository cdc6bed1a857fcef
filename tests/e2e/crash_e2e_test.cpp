#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <random>
#include <thread>

#include "e2e/truth_tables.h"
#include "support/polyhouse_program.h"

namespace polyhouse {
namespace {

/// How often CI kills; more with KILLS in the environment.
int Kills() {
  const char* text = std::getenv("KILLS");
  return text == nullptr ? 25 : std::atoi(text);  // NOLINT(cert-err34-c)
}

void ExpectExactlyWhatWasServed(const Polyhouse& polyhouse, const Simulator& simulator) {
  simulator.Post("/simulator/fault?spec=");
  const TruthTables truth(polyhouse);
  truth.LoadServed(simulator);
  EXPECT_EQ(truth.Differences(), "");
}

TEST(Crash, KilledAtAnyMomentAndStartedAgainNothingIsMissingAndNothingTwice) {
  const ScratchDir dir;
  // The world stands still: an update that was sent to a process which died before storing it is
  // nobody's to keep; it comes with the next fetch.
  const Simulator simulator({"--markets",
                             "12000",
                             "--seed",
                             "17",
                             "--fault",
                             "429=0.03,503=0.02,truncate=0.01,reset=0.01"});
  const Polyhouse polyhouse(dir / "data", simulator.url());
  const auto command = polyhouse.Command({"up",
                                          "--once",
                                          "--gamma-retry-base",
                                          "5ms",
                                          "--writer-batch-rows",
                                          "500",
                                          "--writer-batch-age",
                                          "20ms",
                                          "--schema-lock-timeout",
                                          "3s"});
  std::minstd_rand random(20);
  int killed = 0;
  for (int i = 0; i < Kills(); ++i) {
    ChildProcess up(command);
    std::this_thread::sleep_for(std::chrono::milliseconds(random() % 450));
    killed += up.HasEnded() ? 0 : 1;
    up.Signal(SIGKILL);
    up.Wait();
  }
  EXPECT_GT(killed, Kills() / 2)
      << "Most runs ended before they were killed: the world is too small.";

  const RunResult last = RunToEnd(command);
  ASSERT_EQ(last.exit_code, 0) << last.err;
  EXPECT_THAT(polyhouse.Run({"status", "--json"}).out,
              testing::HasSubstr(R"("stream":"stream:markets","length":0)"));
  ExpectExactlyWhatWasServed(polyhouse, simulator);
}

TEST(Crash, EngineKilledUnderLoadIsStartedAgainAndEveryBatchIsStoredOnce) {
  const ScratchDir dir;
  const Simulator simulator({"--markets", "15000", "--seed", "23"});
  const Polyhouse polyhouse(dir / "data", simulator.url());
  ChildProcess up(polyhouse.Command({"up",
                                     "--once",
                                     "--writer-batch-rows=300",
                                     "--writer-batch-age=10ms",
                                     "--schema-lock-timeout=3s"}));
  std::minstd_rand random(4);
  int last_pid = 0;
  for (int i = 0; i < 4 && !up.HasEnded(); ++i) {
    ASSERT_TRUE(WaitUntil([&] { return up.HasEnded() || EnginePid(dir / "data") != last_pid; }));
    last_pid = EnginePid(dir / "data");
    std::this_thread::sleep_for(std::chrono::milliseconds(200 + random() % 200));
    if (!up.HasEnded() && last_pid > 0) kill(last_pid, SIGKILL);
  }
  EXPECT_EQ(up.Wait().exit_code, 0) << up.Stderr();
  EXPECT_THAT(up.Stderr(), testing::HasSubstr("The embedded engine died"));
  ExpectExactlyWhatWasServed(polyhouse, simulator);
  // Not only the views: the deduplication tokens kept the repeated batches out of the tables, too.
  EXPECT_EQ(polyhouse.Query("SELECT count() - uniqExact(id, version) FROM markets"), "0");
  // The history is fed by the same inserts: what died between the two tables was filled up.
  for (const std::string table : {"markets", "polymarket_events"}) {
    EXPECT_EQ(polyhouse.Query("SELECT count() FROM " + table +
                              " WHERE (id, version) NOT IN (SELECT id, version FROM " + table +
                              "_versions)"),
              "0");
  }
}

/// It was the end of the run, with 1: the engine of a query that ends goes away in the same way.
TEST(Crash, AnEngineThatGoesAwayUnderTheProofIsWaitedFor) {
  const ScratchDir dir;
  const Simulator simulator({"--markets", "1500", "--seed", "24"});
  const Polyhouse polyhouse(WithTables(dir / "data"), simulator.url());
  ChildProcess up(polyhouse.Command({"up", "--once", "--ingest-proof-sample=3"}));
  ASSERT_TRUE(WaitUntil([&] {
    const std::string log = up.Stderr();
    return log.find("end. ingester=markets") != std::string::npos &&
           log.find("end. ingester=events") != std::string::npos;
  })) << up.Stderr();
  // Whoever asks the API from now on is the proof, which compares the answers with the tables.
  simulator.Post("/simulator/fault?spec=slow=1");
  ASSERT_TRUE(WaitUntil([&] {
    return simulator.Get("/simulator/stats").find(R"("slow":)") != std::string::npos;
  })) << up.Stderr();
  const int engine = EnginePid(dir / "data");
  kill(engine, SIGSTOP);
  simulator.Post("/simulator/fault?spec=");
  std::this_thread::sleep_for(std::chrono::seconds(2));
  kill(engine, SIGKILL);

  EXPECT_EQ(up.Wait().exit_code, 0) << up.Stderr();
  EXPECT_THAT(up.Stderr(), testing::HasSubstr("The backfill is complete"));
}

TEST(Crash, EngineDiesWithItsParent) {
  const ScratchDir dir;
  const Polyhouse polyhouse(dir / "data");
  ChildProcess up(polyhouse.Command({"up"}));
  ASSERT_TRUE(WaitUntil([&] {
    return EnginePid(dir / "data") > 0 && std::filesystem::exists(dir / "data/engine.sock");
  }));
  const int engine = EnginePid(dir / "data");
  up.Signal(SIGKILL);
  up.Wait();
  EXPECT_TRUE(WaitUntil([&] { return kill(engine, 0) != 0; }))
      << "the engine, process " << engine << ", lives on";
}

TEST(Crash, SigtermDrainsAndExitsWithZero) {
  const ScratchDir dir;
  const Simulator simulator({"--markets", "5000"});
  const Polyhouse polyhouse(dir / "data", simulator.url());
  ChildProcess up(polyhouse.Command({"up", "--log-level", "debug"}));
  ASSERT_TRUE(WaitUntil([&] { return up.Stderr().find("Page stored") != std::string::npos; }));
  up.Signal(SIGTERM);
  EXPECT_EQ(up.Wait().exit_code, 0) << up.Stderr();
  const std::string status = polyhouse.Run({"status", "--json"}).out;
  EXPECT_THAT(status, testing::HasSubstr(R"("stream":"stream:markets","length":0)"));
}

TEST(Crash, InterruptExitsWith130) {
  const ScratchDir dir;
  const Polyhouse polyhouse(dir / "data");
  ChildProcess up(polyhouse.Command({"up"}));
  ASSERT_TRUE(WaitUntil([&] { return up.Stderr().find("engine answers") != std::string::npos; }));
  up.Signal(SIGINT);
  EXPECT_EQ(up.Wait().exit_code, 130) << up.Stderr();
}

TEST(Crash, SecondUpOnTheSameDirectoryIsRefusedAndTheFirstGoesOn) {
  const ScratchDir dir;
  const Simulator simulator({"--markets", "100"});
  const Polyhouse polyhouse(dir / "data", simulator.url());
  ChildProcess first(polyhouse.Command({"up"}));
  ASSERT_TRUE(WaitUntil([&] {
    return polyhouse.Run({"query", "SELECT count() FROM markets_current"}).out == "100\n";
  }));
  const RunResult second = polyhouse.Run({"up"});
  EXPECT_EQ(second.exit_code, 2);
  EXPECT_THAT(
      second.err,
      testing::HasSubstr("Another polyhouse (process " + std::to_string(first.pid()) + ")"));
  EXPECT_FALSE(first.HasEnded());
}

TEST(Crash, QueriesStatusAndDlqWorkWhileUpRuns) {
  const ScratchDir dir;
  const Simulator simulator({"--markets", "200"});
  const Polyhouse polyhouse(dir / "data", simulator.url());
  ChildProcess up(polyhouse.Command({"up"}));
  ASSERT_TRUE(WaitUntil([&] {
    return polyhouse.Run({"query", "SELECT count() FROM markets_current"}).out == "200\n";
  }));
  EXPECT_EQ(polyhouse.Run({"status", "--json"}).exit_code, 0);
  EXPECT_EQ(polyhouse.Run({"dlq", "list"}).exit_code, 0);
}

}  // namespace
}  // namespace polyhouse
