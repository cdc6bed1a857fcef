#include <csignal>
#include <thread>

#include "engine/engine_test.h"

namespace polyhouse::engine {
namespace {

using testing::HasSubstr;

using EngineLimitsTest = EngineTcpTest;

TEST_F(EngineLimitsTest, EndsAReadersQueryThatTakesTooLong) {
  StartOnTcp({"--engine-reader-time", "1s"});
  const std::string slow =
      "SELECT count() FROM numbers(30000000000) WHERE NOT ignore(sipHash64(number))";

  for (const auto* const asked : {"0", "600", "0.5"}) {
    const auto answer = tcp().Post(Target({{"max_execution_time", asked}}), slow);
    EXPECT_THAT(answer, IsEngineError(408, 159)) << asked;
  }
  EXPECT_EQ(client().Query("SELECT getSetting('max_execution_time')"), "0\n");
}

TEST_F(EngineLimitsTest, LimitsTheMemoryOfAQuery) {
  StartOnTcp({"--engine-memory", "1GB"});
  const std::string greedy = "SELECT length(groupArray(number)) FROM numbers(1000000000)";
  for (const auto* const asked : {"0", "100000000000"}) {
    const auto answer = tcp().Post(Target({{"max_memory_usage", asked}}), greedy);
    EXPECT_THAT(answer, IsEngineError(500, 241)) << asked;
  }
  EXPECT_EQ(tcp().Query("SELECT s FROM t"), "row\n");
}

TEST_F(EngineLimitsTest, SendsQueriesAwayWhenTooManyRun) {
  StartOnTcp({"--engine-queries", "1"});
  std::thread first([this] {
    tcp().PostAndReceive("/",
                         "SELECT count() FROM numbers(30000000000) WHERE NOT "
                         "ignore(sipHash64(number))",
                         [](std::string_view) { return true; });
  });
  // The one place of this door is taken: the next has to wait, and is sent away.
  HttpAnswer second;
  EXPECT_TRUE(WaitUntil([&] {
    second = tcp().Post("/", "SELECT 1");
    return second.status != 200;
  }));
  EXPECT_EQ(client().Query("SELECT 1"), "1\n");
  EXPECT_THAT(second, IsEngineError(503, 202));
  EXPECT_THAT(second.body, HasSubstr("(TOO_MANY_SIMULTANEOUS_QUERIES)"));
  engine().Signal(SIGTERM);
  first.join();
}

TEST_F(EngineLimitsTest, LimitsStatementsAndNotData) {
  StartOnTcp({"--read-write"});
  const std::string long_row(std::size_t{17} << 20, 'x');

  EXPECT_THAT(tcp().Post("/", "SELECT '" + long_row + "'"), IsEngineError(413, 229));
  EXPECT_EQ(tcp().Post(Target({{"query", "INSERT INTO t FORMAT TSV"}}), long_row).status, 200);
}

}  // namespace
}  // namespace polyhouse::engine
