// Fills, trades and markets with their events, while everything that makes them is killed, the
// chain is reorganised, and its nodes and the API misbehave.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <csignal>
#include <regex>
#include <tuple>

#include "base/clock.h"
#include "base/split.h"
#include "chaos_results.h"
#include "e2e/truth_tables.h"
#include "role_crew.h"
#include "support/server_stack.h"

namespace polyhouse {
namespace {

constexpr std::size_t kNodes = 3;
constexpr std::uint64_t kConfirmations = 6;

/// What becomes of each node. Only one of them ever hides logs: what two nodes say is believed. A
/// head that is claimed and a fall back are together less deep than what counts as confirmed.
constexpr std::array<std::array<std::string_view, 4>, kNodes> kMoods = {{
    {"",
     "429=0.05,503=0.03,truncate=0.04,reset=0.03,error200=0.04,errorobject200=0.02,html=0.02",
     "lie=3,503=0.5",
     "lag=12,truncate=0.1"},
    {"", "lag=4,range=40,empty=0.1", "empty=1", "lag=9,429=0.2"},
    {"", "batch=off,timestamp=off,results=600,back=3", "back=3,reset=0.1", "503=0.7"},
}};

std::vector<std::string> World(const std::string& seed) {
  return {"--markets",
          "600",
          "--events",
          "200",
          "--fills",
          "8000",
          "--block-fills",
          "6",
          "--block-actions",
          "2",
          "--list-late",
          "2",
          "--unlisted-tokens",
          "3",
          "--planned-markets",
          "40",
          "--fifty-fifty",
          "7",
          "--seed",
          seed,
          "--fault",
          "429=0.02,503=0.01,truncate=0.01,reset=0.01"};
}

/// For all roles: nodes, small pieces, and lanes that go round as fast as the world moves.
std::vector<std::string> Settings(const Simulator& simulator) {
  const std::string rpc = simulator.url() + "/rpc";
  return {"--rpc-url=" + rpc + "," + rpc + "/1," + rpc + "/2",
          "--fills-from=89990000",
          "--fills-confirmations=" + std::to_string(kConfirmations),
          "--fills-live-interval=100ms",
          "--fills-blocks=10",
          "--actions-enabled=true",
          "--rate-rpc=0",
          "--rate-markets=0",
          "--rate-events=0",
          "--process-rows=500",
          "--gamma-retry-cap=200ms",
          "--markets-discover-interval=500ms",
          "--markets-refresh-interval=1s",
          "--markets-settle-interval=500ms",
          "--markets-tokens-interval=500ms",
          "--events-discover-interval=500ms",
          "--events-refresh-interval=1s",
          "--events-settle-interval=500ms",
          "--schema-lock-timeout=1s"};
}

std::vector<std::vector<std::string>> AllRoles() {
  auto roles = ListingRoles();
  for (const char* consumer : {"--writer-consumer=one", "--writer-consumer=two"}) {
    roles.push_back({"ingest", "fills"});
    roles.push_back({"ingest", "actions"});
    roles.push_back({"process", "trades", consumer});
    roles.push_back({"process", "enrich", consumer});
  }
  return roles;
}

class ChainChaos : public testing::Test {
 protected:
  std::size_t Below(std::size_t limit) { return random_() % limit; }

  /// The chain goes on, and something befalls it or the world.
  void Disturb(const Simulator& simulator) {
    simulator.Post("/simulator/blocks?n=" + std::to_string(3 + Below(8)));
    switch (Below(5)) {
      case 0:
      case 1:
        // Often deeper than what counts as confirmed.
        simulator.Post("/simulator/reorg?depth=" + std::to_string(1 + Below(20)));
        break;
      case 2:
        simulator.Post("/simulator/tick?n=1");
        break;
      case 3:
        EditAnEvent(simulator);
        break;
      default:
        SetMood(simulator, Below(kNodes));
    }
  }

  void SetMood(const Simulator& simulator, std::size_t node) {
    const auto& moods = kMoods[node];
    simulator.Post("/simulator/rpc?endpoint=" + std::to_string(node) +
                   "&spec=" + std::string(moods[Below(moods.size())]));
  }

  /// That of `up`, which starts it again.
  void KillEngine(const std::string& data_dir) {
    int pid = 0;
    const auto is_there = [&] {
      // A number alone may be another process by now.
      pid = EnginePid(data_dir);
      return ReadFile("/proc/" + std::to_string(pid) + "/cmdline").find(data_dir) !=
             std::string::npos;
    };
    ASSERT_TRUE(WaitUntil(is_there));
    kill(pid, SIGKILL);
    ++other_kills_;
  }

  /// The title of an open one, so that it changes and its markets do not. Closed ones are not read
  /// again.
  void EditAnEvent(const Simulator& simulator) {
    const std::string now = simulator.Get("/simulator/now?listing=events&include_markets=false");
    const std::regex id(R"re("record":\{"id":"(\d+)")re");
    std::vector<std::string> open;
    for (const std::string& line : Split(now, '\n')) {
      std::smatch found;
      const auto closed = line.find(R"("closed":)");  // The first is its own, others its series'.
      if (closed != std::string::npos && line.compare(closed, 14, R"("closed":false)") == 0 &&
          std::regex_search(line, found, id)) {
        open.push_back(found[1]);
      }
    }
    ASSERT_FALSE(open.empty());
    simulator.Post("/simulator/edit?id=" + open[Below(open.size())]);
  }

  /// The chain replaces what was read. From here on it only grows, past every reorganisation, and
  /// then the world stands still.
  static void EndFaults(const Polyhouse& polyhouse, const Simulator& simulator) {
    simulator.Post("/simulator/fault?spec=");
    for (std::size_t node = 0; node < kNodes; ++node) {
      simulator.Post("/simulator/rpc?endpoint=" + std::to_string(node) + "&spec=");
    }
    simulator.Post("/simulator/blocks?n=20");
    const std::string read = "SELECT count() > 0 FROM order_fills WHERE block_number >= " +
                             std::to_string(HeadOf(simulator) - 12);
    EXPECT_TRUE(WaitUntil([&] { return polyhouse.Run({"query", read}).out == "1\n"; }));
    // What is taken back now has been counted already.
    EXPECT_TRUE(WaitUntil([&] { return KeptWrong(polyhouse).empty(); }));
    simulator.Post("/simulator/reorg?depth=18");
    simulator.Post("/simulator/tick?n=3");
  }

  static std::string Differences(const TruthTables& truth) {
    return truth.TradeDifferences() + truth.ActionDifferences() + truth.Differences() +
           truth.EnrichedDifferences();
  }

  /// Every group has acknowledged everything.
  static bool IsDrained(const Polyhouse& polyhouse) {
    const std::string status = polyhouse.Run({"status", "--json"}).out;
    return status.find(R"("blocks_not_read":0,)") != std::string::npos &&
           !std::regex_search(status,
                              std::regex(R"re("(blocks_not_read|pending|undelivered)":[1-9])re"));
  }

  /// Every table is what the simulator's world is, in every column, answers are what was planned,
  /// and the program itself finds nothing wrong. What counts as a row that is stored twice says
  /// `rows`.
  void ExpectTheTruth(const Polyhouse& polyhouse,
                      const Simulator& simulator,
                      RoleCrew& crew,
                      const std::string& rows) {
    EndFaults(polyhouse, simulator);
    const TruthTables truth(polyhouse);
    truth.LoadChain(simulator, HeadOf(simulator) - kConfirmations);
    truth.LoadActions(simulator, HeadOf(simulator) - kConfirmations);
    truth.LoadNow(simulator);
    truth.LoadAnswers(simulator, HeadOf(simulator) - kConfirmations);
    const bool is_all_there = WaitUntil(
        [&] {
          crew.Tend();
          return Differences(truth).empty();
        },
        // On a machine that is busy with other suites markets are looked for more rarely.
        std::chrono::minutes(5));
    // What it was busy with, or could not do.
    const std::string status = is_all_there ? "" : polyhouse.Run({"status"}).out;
    crew.StopIngesters();
    const auto is_drained = [&] { return IsDrained(polyhouse); };
    // `up` is all in one, and ends when it has.
    if (crew.size() > 1) {
      EXPECT_TRUE(WaitUntil(is_drained)) << polyhouse.Run({"status"}).out;
    }
    crew.Stop();

    const auto engine = polyhouse.HoldEngine();
    EXPECT_TRUE(is_drained()) << polyhouse.Run({"status"}).out;
    const std::string differences = Differences(truth);
    EXPECT_EQ(differences.substr(0, 5000), "") << status;
    EXPECT_NE(polyhouse.Query("SELECT count() FROM order_fills WHERE removed"), "0")
        << "No reorganisation went deeper than what counts as confirmed.";
    const RunResult verify = polyhouse.Run({"verify"});
    EXPECT_EQ(verify.exit_code, 0) << verify.out << verify.err;
    EXPECT_EQ(StoredTwice(polyhouse, rows), "");
    EXPECT_EQ(polyhouse.Run({"dlq", "list", "--limit", "0", "--json"}).out, "");
    EXPECT_EQ(polyhouse.Run({"write", "--once"}).exit_code, 0);
    EXPECT_EQ(KeptWrong(polyhouse), "");
    EXPECT_EQ(truth.AnswerDifferences().substr(0, 5000), "");
    Report({crew.kills() + other_kills_,
            Total(polyhouse, "truth.", ""),
            Total(polyhouse, "", "_current"),
            differences.empty() ? "0" : "see above",
            "0",
            std::chrono::duration<double>(SteadyNow() - started_).count()});
  }

  /// The rows of the tables that are compared, but for what is archived.
  static std::string Total(const Polyhouse& polyhouse,
                           const std::string& before,
                           const std::string& after) {
    std::string sum;
    for (const std::string table : {"markets", "polymarket_events", "order_fills", "trades"}) {
      sum += (sum.empty() ? "SELECT (SELECT count() FROM " : ") + (SELECT count() FROM ") + before +
             table + after;
    }
    return polyhouse.Query(sum + ")");
  }

  /// Tables that hold a record's version more than once; what counts as one row says `rows`.
  /// Markets are joined with an event again when it comes beside them, which makes the same row.
  static std::string StoredTwice(const Polyhouse& polyhouse, const std::string& rows) {
    std::string found;
    for (const auto& [table, identity, counted] :
         {std::tuple("markets", "id, version", rows),
          std::tuple("polymarket_events", "id, version", rows),
          std::tuple("order_fills", "block_number, log_index, version", rows),
          std::tuple("trades", "token_id, timestamp, transactionHash, log_index, version", rows),
          std::tuple("token_actions", "block_number, log_index, version", rows),
          std::tuple("markets_enriched", "id, market_version, event_version", kContents)}) {
      const std::string twice =
          polyhouse.Query("SELECT count() FROM (SELECT 1 FROM " + std::string(table) +
                          " GROUP BY " + identity + " HAVING " + counted + " > 1)");
      if (twice != "0") found += std::string(table) + ": " + twice + "\n";
    }
    return found;
  }

  static void KeepAnswers(const Polyhouse& polyhouse) {
    const RunResult apply = polyhouse.Run(
        {"schema", "apply", "--schema-token-hours=true", "--schema-wallet-days=true"});
    ASSERT_EQ(apply.exit_code, 0) << apply.err;
  }

  /// Answers that are kept ready and are not what computing them gives.
  static std::string KeptWrong(const Polyhouse& polyhouse) {
    std::string wrong;
    for (const auto& [computed, answer] :
         {std::pair<std::string, std::string>(
              "SELECT * EXCEPT of_file FROM token_hours_computed WHERE fills > 0", "token_hours"),
          std::pair<std::string, std::string>(
              "SELECT * EXCEPT of_file FROM wallet_days_computed WHERE fills > 0", "wallet_days"),
          std::pair<std::string, std::string>(
              "SELECT token_id, toStartOfMonth(hour) AS month, argMax(close, close_at), "
              "max(close_at) FROM token_hours_computed WHERE prints > 0 GROUP BY token_id, month",
              "token_months")}) {
      const std::string kept = "SELECT * FROM " + answer;
      for (const auto& [one, other] : {std::pair(computed, kept), std::pair(kept, computed)}) {
        wrong += polyhouse.Query("SELECT * FROM (" + one + " EXCEPT " + other + ") LIMIT 3");
      }
    }
    return wrong;
  }

  static inline const std::string kContents = "uniqExact(toString(tuple(*)))";
  std::minstd_rand random_{20261126};
  std::chrono::steady_clock::time_point started_ = SteadyNow();
  std::size_t other_kills_ = 0;
};

TEST_F(ChainChaos, EveryRoleKilledBesideReorganisations) {
  NEEDS_REDIS();
  ServerStack stack(World("51"));
  const Polyhouse& polyhouse = stack.polyhouse();
  KeepAnswers(polyhouse);
  RoleCrew crew(polyhouse, {.roles = AllRoles(), .settings = Settings(stack.simulator())});
  crew.KillMany(random_, Kills(0.25), [&] { Disturb(stack.simulator()); });
  // A batch that another writer has taken over may be there twice, as the same rows.
  ExpectTheTruth(polyhouse, stack.simulator(), crew, kContents);
}

TEST_F(ChainChaos, UpKilledBesideReorganisations) {
  const ScratchDir dir;
  const Simulator simulator(World("52"));
  const Polyhouse polyhouse(dir / "data", simulator.url());
  KeepAnswers(polyhouse);
  RoleCrew crew(polyhouse,
                {.roles = {{"up"}},
                 .settings = Settings(simulator),
                 .pause = std::chrono::milliseconds(1'500)});
  crew.KillMany(random_, Kills(0.1), [&] {
    Disturb(simulator);
    crew.Tend();
    if (Below(3) == 0) KillEngine(dir / "data");
  });
  ExpectTheTruth(polyhouse, simulator, crew, "count()");
}

}  // namespace
}  // namespace polyhouse
