// Everything that can die dies, at random moments, while the API misbehaves; then everything must
// be in the tables, once. Each scenario is seeded, and kills its share of CHAOS_KILLS.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <set>
#include <sstream>
#include <thread>

#include "base/clock.h"
#include "chaos_results.h"
#include "e2e/truth_tables.h"
#include "role_crew.h"
#include "support/programmable_server.h"
#include "support/server_stack.h"
#include "support/tcp_proxy.h"

namespace polyhouse {
namespace {

/// No bad records where ingesters are killed: a market that was served well to one that died before
/// storing it, and badly to the next, is in the tables by right or not, and nobody can say.
constexpr const char* kApiFaults = "429=0.02,503=0.01,truncate=0.01,reset=0.01";

std::vector<std::string> World(const std::string& seed, const std::string& faults = kApiFaults) {
  return {"--markets", "5000", "--events", "900", "--seed", seed, "--fault", faults};
}

const std::vector<std::string> kFastLanes = {"--markets-discover-interval=500ms",
                                             "--events-discover-interval=500ms"};

/// Clients that have connected to a server, said half of what they want, and say no more.
class SlowClients {
 public:
  explicit SlowClients(const std::string& url) {
    const auto port = static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
    for (int& client : clients_) {
      client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
      sockaddr_in address{};
      address.sin_family = AF_INET;
      address.sin_port = htons(port);
      address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
      constexpr std::string_view kHalf =
          "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nSELECT";
      if (connect(client, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0) {
        EXPECT_EQ(send(client, kHalf.data(), kHalf.size(), MSG_NOSIGNAL),
                  static_cast<ssize_t>(kHalf.size()));
      }
    }
  }
  ~SlowClients() {
    for (const int client : clients_) close(client);
  }
  SlowClients(const SlowClients&) = delete;
  SlowClients& operator=(const SlowClients&) = delete;

 private:
  std::array<int, 40> clients_{};
};

class Chaos : public testing::Test {
 protected:
  void SetUp() override {
    if (!HasRedis()) GTEST_SKIP() << "redis-server is not installed: scripts/bootstrap installs it";
  }

  /// Kills roles at random moments, and does `disturb` after every few kills, until there were
  /// enough.
  void KillRoles(RoleCrew& crew,
                 std::size_t kills,
                 const std::function<void()>& disturb = {},
                 RoleCrew::Victims victims = RoleCrew::Victims::kAll) {
    const auto then = [&] {
      if (disturb && random_() % 3 == 0) disturb();
    };
    crew.KillMany(random_, kills, then, victims);
  }

  /// Ends all faults, lets everything drain, and compares the tables with what was served.
  /// `refused`: how many rows the database itself has refused.
  void ExpectExactlyWhatWasServed(ServerStack& stack, RoleCrew& crew) {
    stack.simulator().Post("/simulator/fault?spec=");
    ASSERT_TRUE(WaitUntil(
        [&] {
          crew.Tend();
          return stack.IsDrained();
        },
        std::chrono::minutes(4)))
        << stack.polyhouse().Run({"status"}).out;
    crew.Stop();

    const Polyhouse& polyhouse = stack.polyhouse();
    const TruthTables truth(polyhouse);
    truth.LoadServed(stack.simulator());
    const std::string differences = truth.Differences();
    EXPECT_EQ(differences.substr(0, 3000), "");
    ExpectOnlyBadRecordsAsDeadLetters(stack);
    const char* rows = "SELECT (SELECT count() FROM %s) + (SELECT count() FROM %s)";
    Report({crew.kills() + other_kills_,
            polyhouse.Query(Sql(rows, "truth.markets", "truth.polymarket_events")),
            polyhouse.Query(Sql(rows, "markets_current", "polymarket_events_current")),
            differences.empty() ? "0" : "see above",
            std::to_string(letters_),
            std::chrono::duration<double>(SteadyNow() - started_).count()});
  }

  /// Dead letters are exactly the bad records that were served, each once.
  void ExpectOnlyBadRecordsAsDeadLetters(ServerStack& stack) {
    std::set<std::string> bad;
    std::istringstream truth(stack.simulator().Get("/simulator/truth"));
    for (std::string line; std::getline(truth, line);) {
      if (line.find(R"("kind":"bad")") != std::string::npos) bad.insert(line);
    }
    const std::string list = stack.polyhouse().Run({"dlq", "list", "--limit", "0", "--json"}).out;
    letters_ = static_cast<std::size_t>(std::count(list.begin(), list.end(), '\n'));
    EXPECT_EQ(letters_, bad.size()) << list;
  }

  static std::string Sql(const char* format, const char* first, const char* second) {
    std::array<char, 200> text{};
    (void)std::snprintf(text.data(), text.size(), format, first, second);
    return text.data();
  }

  std::minstd_rand random_{20261124};
  std::chrono::steady_clock::time_point started_ = SteadyNow();
  std::size_t other_kills_ = 0;
  std::size_t letters_ = 0;
};

TEST_F(Chaos, RolesKilled) {
  ServerStack stack(World("41"));
  RoleCrew crew(stack.polyhouse(), {});
  KillRoles(crew, Kills(0.4));
  ExpectExactlyWhatWasServed(stack, crew);
}

TEST_F(Chaos, RedisKilledAndRestarted) {
  // Always, so that nothing Redis has confirmed is lost; with everysec it may lose a second, with
  // the cursors of that second.
  ServerStack stack(World("42"), {"--appendfsync", "always"});
  RoleCrew crew(stack.polyhouse(), {});
  KillRoles(crew, Kills(0.1), [&] {
    stack.redis().Kill();
    ++other_kills_;
    stack.redis().Start();
  });
  ExpectExactlyWhatWasServed(stack, crew);
}

TEST_F(Chaos, RedisPaused) {
  ServerStack stack(World("43"));
  RoleCrew crew(stack.polyhouse(), {});
  KillRoles(crew, Kills(0.1), [&] {
    if (random_() % 2 == 0) {  // Full: whoever begins now is refused, for a while.
      const std::string port = std::to_string(stack.redis().port());
      ChildProcess full({"sh",
                         "-c",
                         "(echo CONFIG SET maxclients 1; sleep 0.7; echo CONFIG SET maxclients "
                         "1000) | redis-cli -p " +
                             port});
      WaitUntil([&] { return !full.Stdout().empty(); });
      crew.KillOne(random_, RoleCrew::Victims::kAll);
      crew.Tend();
      full.Wait();
      return;
    }
    kill(stack.redis().pid(), SIGSTOP);
    std::this_thread::sleep_for(std::chrono::milliseconds(random_() % 2'000));
    kill(stack.redis().pid(), SIGCONT);
  });
  ExpectExactlyWhatWasServed(stack, crew);
}

TEST_F(Chaos, EngineKilledAndRestarted) {
  ServerStack stack(World("44"));
  // Large batches, which the database has no memory for at once.
  RoleCrew crew(stack.polyhouse(),
                {.settings = {"--writer-batch-rows=3000",
                              "--clickhouse-insert-settings=max_memory_usage=18000000"}});
  const SlowClients slow(stack.engine().url());
  KillRoles(crew, Kills(0.15), [&] {
    if (random_() % 2 == 0) {  // Slow, for a while.
      kill(stack.engine().pid(), SIGSTOP);
      std::this_thread::sleep_for(std::chrono::milliseconds(random_() % 1'000));
      kill(stack.engine().pid(), SIGCONT);
      return;
    }
    stack.engine().Kill();
    ++other_kills_;
    stack.engine().Restart();
  });
  ExpectExactlyWhatWasServed(stack, crew);
  EXPECT_EQ(stack.polyhouse().Query("SELECT count() - uniqExact(id) FROM markets_current"), "0");
}

/// The insert was executed and its answer never came; another server answers with errors of every
/// kind that passes.
TEST_F(Chaos, AnswersLostAndErrorsInTheirPlace) {
  ServerStack stack(World("45"));
  const std::string address = stack.engine().url();
  TcpProxy proxy(static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1))));
  ProgrammableServer failing;
  for (int i = 0; i < 500; ++i) {
    for (const char* code : {"252", "241", "159", "202", "999", "12345"}) {
      failing.Answer(500,
                     "Code: " + std::string(code) + ".",
                     {"X-ClickHouse-Exception-Code: " + std::string(code)});
      // The same behind a success, as text and marked, and the page of a proxy.
      const std::string text = "Code: " + std::string(code) + ". DB::Exception: Not stored.\n";
      failing.Answer(200, text);
      failing.Answer(200,
                     "\r\n__exception__\r\nabcdefghijklmnop\r\n" + text +
                         "\r\n40 abcdefghijklmnop\r\n__exception__\r\n",
                     {"X-ClickHouse-Exception-Tag: abcdefghijklmnop"});
      failing.Answer(200, "<html>Just a moment</html>");
    }
  }
  RoleCrew crew(stack.polyhouse(),
                {.settings = {"--clickhouse-url=" + failing.url() +
                              ",http://127.0.0.1:" + std::to_string(proxy.port())}});
  KillRoles(crew, Kills(0.1), [&] { proxy.LoseReplyTo("query=INSERT"); });
  ExpectExactlyWhatWasServed(stack, crew);
  EXPECT_FALSE(failing.requests().empty());
}

TEST_F(Chaos, RowsRefusedByTheDatabase) {
  ServerStack stack(World("46", std::string(kApiFaults) + ",bad_record=0.1"));
  const Polyhouse& polyhouse = stack.polyhouse();
  polyhouse.Query("ALTER TABLE markets ADD CONSTRAINT odd CHECK toUInt64(id) % 100 != 7");
  RoleCrew crew(polyhouse, {});
  KillRoles(crew, Kills(0.1), {}, RoleCrew::Victims::kWriters);
  ASSERT_TRUE(WaitUntil(
      [&] {
        crew.Tend();
        return stack.IsDrained();
      },
      std::chrono::minutes(4)));
  EXPECT_EQ(polyhouse.Query("SELECT count() FROM markets WHERE toUInt64(id) % 100 = 7"), "0");
  polyhouse.Query("ALTER TABLE markets DROP CONSTRAINT odd");
  // What had come in since then may have been refused while the constraint stood.
  ASSERT_TRUE(WaitUntil(
      [&] {
        crew.Tend();
        return stack.IsDrained();
      },
      std::chrono::minutes(4)));
  EXPECT_EQ(polyhouse.Run({"dlq", "replay", "--reason", "odd"}).exit_code, 0);
  ExpectExactlyWhatWasServed(stack, crew);
}

/// The machine's clock is set back and forth, and the streams have ids that no double can hold.
TEST_F(Chaos, ClocksSetBackAndLargeIds) {
  constexpr const char* kFaketime = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";
  ServerStack stack(World("48"));
  for (const auto& [stream, group] :
       {std::pair("stream:markets", "markets_writers"),
        std::pair("stream:polymarket_events", "polymarket_events_writers")}) {
    stack.redis().Ask({"XGROUP", "CREATE", stream, group, "0", "MKSTREAM"});
    stack.redis().Ask({"XSETID", stream, "18446744073709551615-9223372036854775808"});
  }
  const ScratchDir dir;
  WriteFile(dir / "clock", "+0");
  RoleCrew crew(stack.polyhouse(),
                {.settings = kFastLanes,
                 .environment = {"LD_PRELOAD=" + std::string(kFaketime),
                                 "FAKETIME_TIMESTAMP_FILE=" + (dir / "clock"),
                                 "FAKETIME_NO_CACHE=1",
                                 "FAKETIME_DONT_FAKE_MONOTONIC=1",
                                 "DONT_FAKE_MONOTONIC=1",
                                 "POLYHOUSE_RATE_MARKETS=3000",
                                 "POLYHOUSE_RATE_EVENTS=3000"}});
  KillRoles(crew, Kills(0.05), [&] {
    const int offset = static_cast<int>(random_() % 7'200) - 6'000;
    // Whole at once: a program may be reading it.
    WriteFile(dir / "next", (offset < 0 ? "" : "+") + std::to_string(offset));
    std::filesystem::rename(dir / "next", dir / "clock");
  });
  ExpectExactlyWhatWasServed(stack, crew);
}

/// Streams are deleted with what no writer had stored: it is read again.
TEST_F(Chaos, StreamsDeleted) {
  ServerStack stack(World("49"));
  RoleCrew crew(stack.polyhouse(), {.settings = kFastLanes});
  const auto generation = [&](const std::string& listing) {
    return stack.redis().Ask({"GET", "state:polymarket_" + listing + "_generation"});
  };
  KillRoles(crew, Kills(0.05), [&] {
    const bool markets = random_() % 2 == 0;
    const std::string listing = markets ? "markets" : "events";
    // Nothing was put into it since it was lost before, so nothing is lost with it now.
    const std::string put = stack.redis().Ask({"GET", "state:polymarket_" + listing + "_put"});
    if (put.empty() || put == "0") return;
    const std::string before = generation(listing);
    stack.redis().Ask({"DEL", markets ? "stream:markets" : "stream:polymarket_events"});
    EXPECT_TRUE(WaitUntil([&] {
      crew.Tend();
      return generation(listing) != before;
    })) << "nobody notices that the stream of "
        << listing << " is gone";
  });
  ExpectExactlyWhatWasServed(stack, crew);
}

/// A replica takes over. What the master had confirmed and not yet passed on is gone, with its
/// cursors: the ingesters notice and begin again from what the new master knows.
TEST_F(Chaos, ReplicaPromotedBySentinel) {
  RedisSentinelGroup group;
  ServerStack stack(World("47"));
  std::string sentinels = "redis+sentinel://";
  for (const RedisEndpoint& endpoint : group.options("").endpoints) {
    sentinels += endpoint.host + ":" + std::to_string(endpoint.port) + ",";
  }
  sentinels.back() = '/';
  stack.UseRedis(sentinels + group.options("").service);
  RoleCrew crew(stack.polyhouse(), {});
  bool promoted = false;
  KillRoles(crew, Kills(0.05), [&] {
    if (std::exchange(promoted, true)) return;
    group.master().Kill();
    ++other_kills_;
  });
  EXPECT_TRUE(promoted);
  ExpectExactlyWhatWasServed(stack, crew);
}

/// The table in docs/reliability.md is of a real run; its numbers may be another run's, but not its
/// scenarios, nor what was lost.
TEST(ReliabilityPage, ShowsEveryScenarioWithNothingLost) {
  const std::string page = ReadFile(std::string(TESTS_DIR) + "/../docs/reliability.md");
  std::size_t scenarios = 0;
  const auto& all = *testing::UnitTest::GetInstance();
  for (int suite = 0; suite < all.total_test_suite_count(); ++suite) {
    const testing::TestSuite& each = *all.GetTestSuite(suite);
    if (!std::string_view(each.name()).ends_with("Chaos")) continue;
    for (int i = 0; i < each.total_test_count(); ++i, ++scenarios) {
      EXPECT_THAT(page,
                  testing::ContainsRegex("\\| " + std::string(each.GetTestInfo(i)->name()) +
                                         " \\| [0-9]+ \\| ([0-9]+) \\| [0-9]+ \\| 0 \\|"));
    }
  }
  EXPECT_GT(scenarios, 10U);
}

}  // namespace
}  // namespace polyhouse
