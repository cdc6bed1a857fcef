// The request's own deployment: processes joined by Redis, writing to ClickHouse.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "e2e/truth_tables.h"
#include "support/free_port.h"
#include "support/server_stack.h"

namespace polyhouse {
namespace {

using testing::HasSubstr;

std::string BodyOf(const std::string& url) {
  return RunToEnd({"curl", "-sS", "-w", " %{http_code}", url}).out;
}

TEST(ServerMode, ProcessesOfEveryRoleStoreExactlyWhatWasServed) {
  NEEDS_REDIS();
  ServerStack stack({"--markets", "6000", "--seed", "31", "--fault", "429=0.03,truncate=0.01"});
  const Polyhouse& polyhouse = stack.polyhouse();
  const std::string listen = "127.0.0.1:" + std::to_string(FreePort());
  std::vector<std::unique_ptr<ChildProcess>> roles;
  for (const std::vector<std::string>& role : std::vector<std::vector<std::string>>{
           {"ingest", "markets", "--gamma-retry-base", "5ms"},
           {"ingest", "events", "--gamma-retry-base", "5ms"},
           {"write", "--writer-consumer", "one", "--writer-batch-rows", "500"},
           {"write", "--writer-consumer", "two", "--writer-batch-rows", "500"},
           {"serve", "--listen", listen}}) {
    roles.push_back(std::make_unique<ChildProcess>(polyhouse.Command(role)));
  }

  ASSERT_TRUE(WaitUntil([&] { return stack.IsDrained(); })) << roles[0]->Stderr();
  EXPECT_TRUE(WaitUntil([&] { return BodyOf("http://" + listen + "/health") == "ok\n 200"; }));
  EXPECT_THAT(BodyOf("http://" + listen + "/status"), HasSubstr(R"("table":"markets","rows":)"));

  for (const auto& role : roles) role->Signal(SIGTERM);
  for (const auto& role : roles) EXPECT_EQ(role->Wait().exit_code, 0) << role->Stderr();
  stack.simulator().Post("/simulator/fault?spec=");
  const TruthTables truth(polyhouse);
  truth.LoadServed(stack.simulator());
  EXPECT_EQ(truth.Differences(), "");
}

TEST(ServerMode, UpRunsAllRolesAgainstServers) {
  NEEDS_REDIS();
  ServerStack stack({"--markets", "500", "--seed", "2"});

  const RunResult up = stack.polyhouse().Run({"up", "--once"});

  EXPECT_EQ(up.exit_code, 0) << up.err;
  EXPECT_EQ(stack.polyhouse().Query("SELECT count() FROM markets_current"), "500");
}

TEST(ServerMode, ASecondIngesterStandsByAndTakesOverWithinSeconds) {
  NEEDS_REDIS();
  ServerStack stack({"--markets", "300", "--seed", "2"});
  const auto command = stack.polyhouse().Command(
      {"ingest", "markets", "--redis-lease", "1s", "--log-level", "info"});
  ChildProcess first(command);
  ASSERT_TRUE(WaitUntil([&] { return first.Stderr().find("Lane started") != std::string::npos; }));
  ChildProcess second(command);
  ASSERT_TRUE(WaitUntil([&] { return second.Stderr().find("standing by") != std::string::npos; }));
  EXPECT_THAT(second.Stderr(), testing::Not(HasSubstr("The role is ours")));

  first.Signal(SIGKILL);

  EXPECT_TRUE(
      WaitUntil([&] { return second.Stderr().find("The role is ours") != std::string::npos; },
                std::chrono::seconds(20)));
}

TEST(ServerMode, ServeSaysUnhealthyWhileAServerIsAwayAndShowsTheLastState) {
  NEEDS_REDIS();
  ServerStack stack({"--markets", "100"});
  const std::string listen = "127.0.0.1:" + std::to_string(FreePort());
  const ChildProcess up(stack.polyhouse().Command({"up"}));
  ChildProcess serve(stack.polyhouse().Command({"serve", "--listen", listen}));
  ASSERT_TRUE(WaitUntil([&] { return BodyOf("http://" + listen + "/health") == "ok\n 200"; }))
      << serve.Stderr();

  const auto metrics = [&] { return BodyOf("http://" + listen + "/metrics"); };
  EXPECT_TRUE(WaitUntil([&] { return metrics().find("polyhouse_role_alive") < 1'000'000; }));
  EXPECT_THAT(metrics(), HasSubstr("polyhouse_status_up 1\n"));

  stack.redis().Kill();

  // What was true then is not told as if it were now.
  EXPECT_TRUE(WaitUntil([&] { return metrics().find("polyhouse_status_up 0\n") < 1'000'000; }));
  EXPECT_THAT(metrics(), testing::Not(HasSubstr("polyhouse_role_alive")));
  EXPECT_THAT(BodyOf("http://" + listen + "/"),
              testing::AllOf(HasSubstr("How things are cannot be looked at: "),
                             HasSubstr("What follows is "),
                             testing::Not(HasSubstr("All is well"))));
  EXPECT_THAT(BodyOf("http://" + listen + "/status"), HasSubstr(R"("level":"bad")"));
  EXPECT_TRUE(WaitUntil([&] { return BodyOf("http://" + listen + "/health").ends_with(" 503"); }))
      << BodyOf("http://" + listen + "/health");
  EXPECT_THAT(BodyOf("http://" + listen + "/"), HasSubstr("polymarket_events"));
}

TEST(ServerMode, SigtermEndsAWriterWhoseClickHouseHangs) {
  NEEDS_REDIS();
  ServerStack stack({"--markets", "300"});
  ChildProcess write(stack.polyhouse().Command({"write", "--writer-drain-time", "500ms"}));
  ASSERT_EQ(stack.polyhouse().Run({"ingest", "markets", "--once"}).exit_code, 0);
  ASSERT_TRUE(WaitUntil([&] {
    return stack.polyhouse().Run({"query", "SELECT count() FROM markets_current"}).out == "300\n";
  })) << write.Stderr();
  kill(stack.engine().pid(), SIGSTOP);

  write.Signal(SIGTERM);

  EXPECT_TRUE(WaitUntil([&] { return write.HasEnded(); }, std::chrono::seconds(25)))
      << write.Stderr();
  kill(stack.engine().pid(), SIGCONT);
}

TEST(ServerMode, SigtermWhileAServerIsWaitedForIsNoFailure) {
  NEEDS_REDIS();
  ServerStack stack({"--markets", "100"});
  stack.redis().Kill();
  for (const std::vector<std::string>& role :
       std::vector<std::vector<std::string>>{{"ingest", "markets"}, {"write"}}) {
    ChildProcess waiting(stack.polyhouse().Command(role));
    ASSERT_TRUE(WaitUntil(
        [&] { return waiting.Stderr().find("cannot be used now") != std::string::npos; }));
    waiting.Signal(SIGTERM);
    EXPECT_EQ(waiting.Wait().exit_code, 0) << waiting.Stderr();
  }
}

/// "Bring up the schema first" is a sentence, not a crash loop.
/// What the older pipeline had read and not yet written, as it wrote it.
TEST(ServerMode, EntriesOfTheOlderPipelineAreWritten) {
  NEEDS_REDIS();
  ServerStack stack({"--markets", "100"});
  stack.redis().Ask(
      {"XADD",
       "stream:markets",
       "*",
       "data",
       R"({"createdAt":"2024-01-02T03:04:05.678Z","id":"700001","question":"Q?","answer1":"Yes",)"
       R"("answer2":"No","neg_risk":false,"market_slug":"q","token1":"1","token2":"2",)"
       R"("condition_id":"0xab","volume":"12.5","ticker":"t","event_slug":"e",)"
       R"("closedTime":"2024-05-06 07:08:09+00"})",
       "timestamp",
       "2026-01-01T00:00:00"});
  stack.redis().Ask({"XADD",
                     "stream:polymarket_events",
                     "*",
                     "data",
                     R"({"id":"9","slug":"e","title":"E","createdAt":"","tags":"A;B",)"
                     R"("markets_count":2,"active":true,"volume":"7","liquidity":"0"})",
                     "timestamp",
                     "2026-01-01T00:00:00"});

  const RunResult write = stack.polyhouse().Run({"write", "--once"});

  ASSERT_EQ(write.exit_code, 0) << write.err;
  // It has no event id: the view links it by the slug.
  EXPECT_EQ(stack.polyhouse().Query("SELECT question, volume, closedTime, event_title, event_tags "
                                    "FROM markets_with_events WHERE id = '700001'"),
            "Q?\t12.5\t2024-05-06 07:08:09.000\tE\t['A','B']");
  EXPECT_EQ(stack.polyhouse().Run({"dlq", "list"}).out, "");
}

TEST(ServerMode, WriteSaysThatTheTablesAreNotThere) {
  NEEDS_REDIS();
  ServerStack stack({"--markets", "100"});
  const RunResult write = stack.polyhouse().Run({"write", "--once", "--database", "elsewhere"});
  EXPECT_EQ(write.exit_code, 2);
  EXPECT_THAT(write.err, HasSubstr("run polyhouse schema apply"));
}

TEST(ServerMode, RedisThatMayEvictIsRefusedWithTheRemedy) {
  NEEDS_REDIS();
  ServerStack stack({"--markets", "100"});
  stack.redis().Ask({"CONFIG", "SET", "maxmemory-policy", "allkeys-lru"});
  const RunResult ingest = stack.polyhouse().Run({"ingest", "markets", "--once"});
  EXPECT_EQ(ingest.exit_code, 2);
  EXPECT_THAT(ingest.err, HasSubstr("CONFIG SET maxmemory-policy noeviction"));
}

TEST(ServerMode, DeadLettersAreListedReplayedAndDroppedInRedis) {
  NEEDS_REDIS();
  ServerStack stack({"--markets", "500", "--seed", "3"});
  const Polyhouse& polyhouse = stack.polyhouse();
  polyhouse.Query("ALTER TABLE markets ADD CONSTRAINT odd CHECK toUInt64(id) % 100 != 7");
  ASSERT_EQ(polyhouse.Run({"up", "--once"}).exit_code, 0);
  const std::string list = polyhouse.Run({"dlq", "list"}).out;
  ASSERT_THAT(list, HasSubstr("odd"));
  const std::string id = list.substr(0, list.find(' '));
  EXPECT_THAT(polyhouse.Run({"dlq", "show", id}).out, HasSubstr("\"question\""));
  polyhouse.Query("ALTER TABLE markets DROP CONSTRAINT odd");

  EXPECT_EQ(polyhouse.Run({"dlq", "replay", "--reason", "odd"}).exit_code, 0);
  ASSERT_EQ(polyhouse.Run({"write", "--once"}).exit_code, 0);

  EXPECT_EQ(polyhouse.Query("SELECT count() FROM markets_current"), "500");
  EXPECT_EQ(polyhouse.Run({"dlq", "drop", "--all"}).exit_code, 1) << "there are none left";
}

}  // namespace
}  // namespace polyhouse
