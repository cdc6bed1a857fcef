#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "simulator_process.h"

namespace polyhouse {
namespace {

using testing::HasSubstr;

TEST(CommandLine, RefusesMistakesAndNamesWhatIsValid) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases{
      {{"--bogus"}, "--recordings"},
      {{"--fault", "teapot=1"}, "bad_record"},
      {{"--fault", "429=7"}, "from 0 to 1"},
      {{"--listen", "everywhere"}, "ADDRESS:PORT"},
      {{"--listen", "1.2.3:0"}, "no IPv4 address"},
      {{"--markets", "many"}, "--markets"},
      {{"--tick", "-1"}, "--tick"},
      {{"--rate-limit", "markets=many"}, "markets=300/10"},
      {{"--rate-mode", "never"}, "delay, 429 or 429ra"},
      {{"--latency", "-3"}, "--latency"},
      {{"--drift", "page-cap=none"}, "date-order-ignored"},
      {{"--cdn", "soon"}, "--cdn"},
      {{"--archive-every", "x"}, "--archive-every"},
      {{"--five-minute", "2.5"}, "--five-minute"},
      {{"--recordings", "/tmp", "--five-minute", "2"}, "--recordings"},
      {{"--recordings", "/tmp", "--list-late", "2"}, "--recordings"},
      {{"--fills", "many"}, "--fills"},
      {{"--fill-blocks", "0"}, "--fill-blocks"},
      {{"--block-timestamp", "maybe"}, "--block-timestamp"},
      {{"--block-every", "soon"}, "--block-every"},
      {{"--rpc-fault", "lag=5"}, "1:lag=5"},
      {{"--rpc-fault", "1:lag=many"}, "lag=K"},
      {{"--recordings", "/nonexistent"}, "no recordings in /nonexistent"}};
  for (const auto& [arguments, expected] : cases) {
    const RunResult run = RunSimulator(arguments);
    EXPECT_EQ(run.exit_code, 2) << expected;
    EXPECT_THAT(run.err, HasSubstr(expected));
    EXPECT_EQ(std::ranges::count(run.err, '\n'), 1) << run.err;
  }
}

TEST(CommandLine, WritesThePortToAFile) {
  const std::string path = testing::TempDir() + "simulator_port_" + std::to_string(getpid());
  const SimulatorProcess simulator({"--markets", "10", "--port-file", path});

  int port = 0;
  std::ifstream(path) >> port;
  EXPECT_GT(port, 0);
}

}  // namespace
}  // namespace polyhouse
