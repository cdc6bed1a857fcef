#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "engine/engine_test.h"
#include "support/free_port.h"

namespace polyhouse::engine {
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
    body =
        client().Query("SELECT sum(sleepEachRow(0.1)) FROM numbers(3) SETTINGS max_block_size = 1");
  });
  EXPECT_TRUE(WaitUntil([this] { return CountRunning("sleepEachRow") == "1\n"; }));
  engine().Signal(SIGTERM);
  slow.join();

  EXPECT_EQ(engine().WaitForEnd().exit_code, 0);
  EXPECT_EQ(body, "0\n");
}

constexpr const char* kHeavy =
    "SELECT count() FROM numbers(30000000000) WHERE NOT ignore(sipHash64(number))";

TEST_F(EngineTcpTest, EndsHeavyQueriesWhenItIsAskedToStop) {
  for (const std::string& query : {std::string(kHeavy),
                                   std::string("SELECT sleepEachRow(1) FROM numbers(60) SETTINGS "
                                               "max_block_size = 100, "
                                               "function_sleep_max_microseconds_per_block = 0"),
                                   std::string("SELECT sipHash64(number) FROM numbers(30000000000) "
                                               "ORDER BY 1 DESC LIMIT 3")}) {
    StartEngine({});
    std::string body;
    std::thread slow([&] { body = client().Query(query); });
    EXPECT_TRUE(WaitUntil([this] { return CountRunning("numbers(") == "1\n"; }));
    const auto asked = std::chrono::steady_clock::now();
    engine().Signal(SIGTERM);
    slow.join();

    EXPECT_EQ(engine().WaitForEnd().exit_code, 0) << query;
    EXPECT_LT(std::chrono::steady_clock::now() - asked, std::chrono::seconds(5)) << query;
    EXPECT_THAT(body, HasSubstr("(QUERY_WAS_CANCELLED)")) << query;
  }
}

TEST_F(EngineLifecycleTest, LetsAnInsertFinishWhenItIsAskedToStop) {
  CreateTable();
  std::string body = "(not sent)";
  std::thread slow([&] {
    body = client().Query(
        "INSERT INTO t SELECT toString(sleepEachRow(0.25)) FROM numbers(16) SETTINGS "
        "max_block_size = 1");
  });
  EXPECT_TRUE(WaitUntil([this] { return CountRunning("sleepEachRow") == "1\n"; }));
  engine().Signal(SIGTERM);
  slow.join();

  EXPECT_EQ(engine().WaitForEnd().exit_code, 0);
  EXPECT_EQ(body, "");
  StartEngine({});
  EXPECT_EQ(client().Query("SELECT count() FROM t"), "16\n");
}

TEST_F(EngineLifecycleTest, EndsAlthoughAClientDoesNotReadItsAnswer) {
  std::size_t received = 0;
  std::thread slow([&] {
    client().PostAndReceive(
        "/", "SELECT number FROM numbers(100000000000000)", [&](std::string_view piece) {
          received += piece.size();
          // Reads nothing more until the engine has gone.
          return !WaitUntil([this] { return engine().HasEnded(); });
        });
  });
  EXPECT_TRUE(WaitUntil([this] { return CountRunning("10000000000") == "1\n"; }));
  const auto asked = std::chrono::steady_clock::now();
  engine().Signal(SIGTERM);
  EXPECT_EQ(engine().WaitForEnd().exit_code, 0);
  slow.join();

  EXPECT_LT(std::chrono::steady_clock::now() - asked, std::chrono::seconds(10));
}

TEST_F(EngineTcpTest, EndsQueriesWhoseClientHasGoneAway) {
  StartOnTcp({});
  for (const auto& door : {client(), tcp()}) {
    const int connection = door.Connect();
    const std::string request = "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: " +
                                std::to_string(std::string_view(kHeavy).size()) + "\r\n\r\n" +
                                kHeavy;
    ASSERT_EQ(send(connection, request.data(), request.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(request.size()));
    ASSERT_TRUE(WaitUntil([this] { return CountRunning("sipHash64") == "1\n"; }));
    close(connection);

    EXPECT_TRUE(
        WaitUntil([this] { return CountRunning("sipHash64") == "0\n"; }, std::chrono::seconds(5)));
  }
}

TEST_F(EngineLifecycleTest, GoesOnForAClientThatHasOnlyFinishedSending) {
  const std::string query =
      "SELECT sum(sleepEachRow(0.1)) FROM numbers(10) SETTINGS max_block_size = 1";
  const std::string answer =
      client().Raw("POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: " +
                       std::to_string(query.size()) + "\r\n\r\n" + query,
                   HttpClient::AfterSending::kHangUp);

  EXPECT_THAT(answer, HasSubstr("HTTP/1.1 200"));
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

TEST_F(EngineLifecycleTest, UnderstandsAPortAloneAndSaysWhereItListens) {
  const std::string port = std::to_string(FreePort());
  const ScratchDir other;
  EngineProcess process(other.path(), {"--listen", port});
  ASSERT_TRUE(process.WaitUntilReady()) << process.Stderr();

  EXPECT_THAT(process.Stderr(), HasSubstr(" and on http://127.0.0.1:" + port + " (read only)."));
  EXPECT_EQ(RunToEnd({"curl", "-sS", "http://127.0.0.1:" + port + "/ping"}).out, "Ok.\n");
}

TEST_F(EngineLifecycleTest, RefusesAddressesThatMakeNoSense) {
  const ScratchDir other;
  for (const auto* const address : {"127.0.0.1:99999", "localhost", "127.0.0.1:http"}) {
    EngineProcess process(other.path(), {"--listen", address});
    EXPECT_EQ(process.WaitForEnd().exit_code, 2) << address;
    EXPECT_THAT(process.Stderr(), HasSubstr(address));
  }
}

TEST_F(EngineLifecycleTest, NamesSqlListenWhenAnotherEngineHasTheDirectory) {
  EngineProcess second(directory(), {"--listen", "127.0.0.1:0"});

  EXPECT_EQ(second.WaitForEnd().exit_code, 2);
  EXPECT_THAT(second.Stderr(), HasSubstr("--sql-listen"));
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
}  // namespace polyhouse::engine
