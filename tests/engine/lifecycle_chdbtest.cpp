#include <signal.h>
#include <sys/socket.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "engine/engine_test.h"

namespace polyhouse {
namespace {

using testing::HasSubstr;

using EngineLifecycleTest = EngineTest;

TEST_F(EngineLifecycleTest, FindsItsTablesAgain) {
  CreateTable();
  client().Query("INSERT INTO t SELECT 'kept'");
  engine().Signal(SIGTERM);
  ASSERT_EQ(engine().WaitForEnd().exit_code, 0);

  StartEngine({});

  EXPECT_EQ(client().Query("SELECT s FROM t"), "kept\n");
}

TEST_F(EngineLifecycleTest, StartsAfterBeingKilled) {
  CreateTable();
  client().Query("INSERT INTO t SELECT 'kept'");
  engine().Signal(SIGKILL);
  engine().WaitForEnd();
  ASSERT_TRUE(std::filesystem::exists(engine().socket()));

  StartEngine({});

  EXPECT_EQ(client().Query("SELECT s FROM t"), "kept\n");
}

TEST_F(EngineLifecycleTest, EndsQuietlyAndRemovesItsSocket) {
  client().Query("SELECT * FROM nope");
  engine().Signal(SIGTERM);
  const auto end = engine().WaitForEnd();

  EXPECT_EQ(end.exit_code, 0) << engine().Stderr();
  EXPECT_FALSE(std::filesystem::exists(engine().socket()));
  EXPECT_EQ(engine().Stdout(), "");
}

TEST_F(EngineLifecycleTest, AnswersWhatIsInFlightBeforeItEnds) {
  std::string body;
  std::thread slow([&] {
    body = client().Query(
        "SELECT sum(sleepEachRow(0.1)) FROM numbers(20) SETTINGS max_block_size = 1");
  });
  EXPECT_TRUE(WaitUntil([this] { return CountRunning("sleepEachRow") == "1\n"; }));
  engine().Signal(SIGTERM);
  slow.join();

  EXPECT_EQ(engine().WaitForEnd().exit_code, 0);
  EXPECT_EQ(body, "0\n");
}

TEST_F(EngineLifecycleTest, DropsAnInsertThatIsStillArrivingWhenItIsKilled) {
  CreateTable();
  std::thread sender([this] {
    client().Raw(
        "POST /?query=INSERT%20INTO%20t%20FORMAT%20TSV HTTP/1.1\r\nHost: x\r\n"
        "Content-Length: 100\r\n\r\nhalf\n",
        HttpClient::AfterSending::kWait);
  });
  EXPECT_TRUE(WaitUntil([this] { return CountRunning("INSERT INTO t") == "1\n"; }));
  engine().Signal(SIGKILL);
  sender.join();
  engine().WaitForEnd();

  StartEngine({});

  EXPECT_EQ(client().Query("SELECT count() FROM t"), "0\n");
}

TEST_F(EngineLifecycleTest, DoesNotTakeFilesWhereItStartedForTables) {
  const auto before = std::filesystem::current_path();
  const ScratchDir elsewhere;
  std::ofstream(elsewhere.path() + "/t") << "a file, not a table";
  std::filesystem::current_path(elsewhere.path());
  const ScratchDir data;
  EngineProcess process(data.path(), {});
  std::filesystem::current_path(before);
  ASSERT_TRUE(process.WaitUntilReady()) << process.Stderr();
  const auto other = HttpClient::OnUnixSocket(process.socket());

  EXPECT_THAT(other.Post("/", "SELECT * FROM t"), IsEngineError(404, 60));
  EXPECT_EQ(other.Query("CREATE TABLE t (a Int8) ENGINE = Memory"), "");
}

TEST_F(EngineLifecycleTest, RefusesADirectoryInUse) {
  // Another data directory with the same tables: only libchdb's own lock can tell.
  const ScratchDir other;
  std::filesystem::create_directory_symlink(directory() + "/tables", other.path() + "/tables");
  EngineProcess second(other.path(), {});

  EXPECT_EQ(second.WaitForEnd().exit_code, 2);
  EXPECT_THAT(second.Stderr(), HasSubstr("Another process is using " + other.path()));
  EXPECT_EQ(client().Query("SELECT 1"), "1\n");
}

TEST_F(EngineLifecycleTest, RefusesAnAddressInUse) {
  const std::string address = "127.0.0.1:" + std::to_string(FreePort());
  const ScratchDir one;
  const ScratchDir two;
  EngineProcess first(one.path(), {"--listen", address});
  ASSERT_TRUE(first.WaitUntilReady()) << first.Stderr();
  EngineProcess second(two.path(), {"--listen", address});

  EXPECT_EQ(second.WaitForEnd().exit_code, 2);
  EXPECT_THAT(second.Stderr(), HasSubstr("Cannot listen on " + address));
}

TEST_F(EngineLifecycleTest, RefusesToReplaceAFileThatIsNoSocket) {
  const ScratchDir other;
  std::ofstream(other.path() + "/engine.sock") << "precious";
  EngineProcess process(other.path(), {});

  EXPECT_EQ(process.WaitForEnd().exit_code, 2);
  EXPECT_TRUE(std::filesystem::is_regular_file(other.path() + "/engine.sock"));
}

TEST_F(EngineLifecycleTest, ServesAsManyClientsAsCome) {
  std::atomic<int> right = 0;
  std::vector<std::thread> threads;
  threads.reserve(100);
  for (int i = 0; i < 100; ++i) {
    threads.emplace_back([&, i] {
      const std::string query =
          "SELECT sum(number) + " + std::to_string(i) + " FROM numbers(100000)";
      if (client().Query(query) == std::to_string(4999950000 + i) + "\n") ++right;
    });
  }
  for (auto& thread : threads) thread.join();

  EXPECT_EQ(right, 100);
}

TEST_F(EngineLifecycleTest, WorksBehindALongPath) {
  const ScratchDir other;
  const std::string deep = other.path() + "/" + std::string(120, 'd');
  EngineProcess process(deep, {});

  EXPECT_TRUE(WaitUntil([&] { return std::filesystem::exists(process.socket()); }));
  EXPECT_EQ(process.Stdout(), "");
  process.Signal(SIGTERM);
  EXPECT_EQ(process.WaitForEnd().exit_code, 0) << process.Stderr();
}

}  // namespace
}  // namespace polyhouse
