#include <csignal>

#include "engine/engine_process.h"
#include "engine/engine_test.h"
#include "support/free_port.h"
#include "support/polyhouse_program.h"

namespace polyhouse::engine {
namespace {

using testing::HasSubstr;

/// `polyhouse up` with its engine on TCP, on a small world.
class UpSqlListenTest : public testing::Test {
 protected:
  void Start(const std::vector<std::string>& environment = {}) {
    up_ = std::make_unique<ChildProcess>(
        polyhouse_.Command({"up", "--sql-listen", "127.0.0.1:" + std::to_string(port_)}),
        environment);
  }
  HttpClient tcp() const { return HttpClient::OnTcp(port_); }
  bool Answers(const std::string& sql, const std::string& expected) const {
    return tcp().Query(sql) == expected;
  }
  ChildProcess& up() { return *up_; }
  std::uint16_t port() const { return port_; }
  const Polyhouse& polyhouse() const { return polyhouse_; }

 private:
  Simulator simulator_{{"--markets", "250", "--seed", "3"}};
  ScratchDir dir_;
  Polyhouse polyhouse_{dir_ / "data", simulator_.url()};
  std::uint16_t port_ = FreePort();
  std::unique_ptr<ChildProcess> up_;
};

TEST_F(UpSqlListenTest, AnswersSqlClientsWhileItWrites) {
  Start();

  EXPECT_TRUE(WaitUntil([this] {
    return Answers("SELECT count() >= 250 FROM polymarket.markets_current", "1\n");
  })) << up().Stderr();
  EXPECT_THAT(tcp().Post("/", "DROP TABLE polymarket.markets"), IsEngineError(500, 164));
  const std::string url = "http://127.0.0.1:" + std::to_string(port());
  EXPECT_TRUE(WaitUntil([&] { return up().Stderr().find(url) != std::string::npos; }));
  up().Signal(SIGTERM);
  EXPECT_EQ(up().Wait().exit_code, 0) << up().Stderr();
}

TEST_F(UpSqlListenTest, AnswersOnTheSamePortAfterItsEngineWasKilled) {
  Start();
  ASSERT_TRUE(WaitUntil([this] {
    return Answers("SELECT count() >= 250 FROM polymarket.markets_current", "1\n");
  })) << up().Stderr();
  const auto engine = RunToEnd({"pgrep", "-P", std::to_string(up().pid())}).out;
  ASSERT_EQ(kill(std::stoi(engine), SIGKILL), 0);

  EXPECT_TRUE(WaitUntil([&] {
    const auto now = RunToEnd({"pgrep", "-P", std::to_string(up().pid())}).out;
    return !now.empty() && now != engine && Answers("SELECT 2", "2\n");
  })) << up().Stderr();
  up().Signal(SIGTERM);
  EXPECT_EQ(up().Wait().exit_code, 0) << up().Stderr();
}

TEST_F(UpSqlListenTest, AsksForThePasswordFromTheFile) {
  const ScratchDir settings;
  WriteFile(settings / "polyhouse.toml", "[engine]\npassword = \"from-the-file\"\n");
  Start({"POLYHOUSE_CONFIG=" + settings / "polyhouse.toml"});
  const auto with =
      tcp().With("X-ClickHouse-User: default").With("X-ClickHouse-Key: from-the-file");

  EXPECT_TRUE(WaitUntil([&] { return with.Query("SELECT 1") == "1\n"; })) << up().Stderr();
  EXPECT_EQ(tcp().Post("/", "SELECT 1").status, 401);
  const auto engine = RunToEnd({"pgrep", "-P", std::to_string(up().pid()), "-a"}).out;
  EXPECT_THAT(engine, HasSubstr("--listen"));
  EXPECT_THAT(engine, testing::Not(HasSubstr("from-the-file")));
  // The program's own commands use the socket.
  EXPECT_EQ(polyhouse().Query("SELECT 1"), "1");
}

TEST_F(UpSqlListenTest, RefusesATakenPortAndSaysSo) {
  const ScratchDir other;
  EngineProcess first(other.path(), {"--listen", std::to_string(port())});
  ASSERT_TRUE(first.WaitUntilReady()) << first.Stderr();
  Start();

  EXPECT_EQ(up().Wait().exit_code, 2);
  EXPECT_THAT(up().Stderr(), HasSubstr("Cannot listen on 127.0.0.1:" + std::to_string(port())));
}

TEST_F(UpSqlListenTest, RefusesToOpenTablesOnAServer) {
  const auto run = polyhouse().Run(
      {"up", "--sql-listen", "127.0.0.1:0", "--clickhouse-url", "http://127.0.0.1:1"});

  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.err, HasSubstr("sql_listen"));
}

}  // namespace
}  // namespace polyhouse::engine
