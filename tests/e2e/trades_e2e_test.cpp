// From the chain to trades: every column against what the simulator says of its chain.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <random>
#include <regex>
#include <thread>

#include "e2e/truth_tables.h"
#include "support/polyhouse_program.h"
#include "support/server_stack.h"

namespace polyhouse {
namespace {

using testing::HasSubstr;

std::string Rpc(const Simulator& simulator, const std::string& endpoint = "") {
  return simulator.url() + "/rpc" + endpoint;
}

/// The first block of the simulator's chain that has fills lies above this one.
constexpr const char* kBeforeAll = "--fills-from=89990000";

std::string Compared(const Polyhouse& polyhouse, const Simulator& simulator, std::uint64_t to) {
  const TruthTables truth(polyhouse);
  truth.LoadChain(simulator, to);
  return truth.TradeDifferences();
}

TEST(Trades, OnceStoresEveryFillUpToTheConfirmedHead) {
  const ScratchDir dir;
  const Simulator simulator({"--markets", "400", "--fills", "20000", "--unlisted-tokens", "5"});
  const Polyhouse polyhouse(
      WithTables(dir / "data"), simulator.url(), {"--rpc-url=" + Rpc(simulator), kBeforeAll});

  const RunResult up = polyhouse.Run({"up", "--once"});

  ASSERT_EQ(up.exit_code, 0) << up.err;
  EXPECT_EQ(Compared(polyhouse, simulator, HeadOf(simulator) - 20), "");
  const auto engine = polyhouse.HoldEngine();
  EXPECT_EQ(polyhouse.Query("SELECT arraySort(groupUniqArray(match_type)) FROM trades_current"),
            "['complementary','direct','merge','mint','taker']");
  EXPECT_EQ(polyhouse.Query("SELECT arraySort(groupUniqArray(generation)) FROM trades_current"),
            "['v1','v2','v3']");
  // Each match once, by its taker; all legs together are about twice as much.
  EXPECT_EQ(polyhouse.Query("SELECT (SELECT sum(usd_volume) FROM trades_volume) = (SELECT "
                            "sum(usd_amount) FROM trades_current WHERE is_taker_leg)"),
            "1");
  EXPECT_EQ(polyhouse.Query("SELECT round((SELECT sum(usd_amount) FROM trades_current) / (SELECT "
                            "sum(usd_volume) FROM trades_volume), 1)"),
            "2");
  // A second run finds nothing more to do.
  EXPECT_EQ(polyhouse.Query("SELECT count() - uniqExact(block_number, log_index) FROM order_fills"),
            "0");
}

TEST(Trades, FollowTheHeadThroughKillsFaultsAndReorganisations) {
  const ScratchDir dir;
  const Simulator simulator({"--markets",
                             "300",
                             "--fills",
                             "4000",
                             "--block-fills",
                             "6",
                             "--list-late",
                             "2",
                             "--seed",
                             "12",
                             "--rpc-fault",
                             "0:429=0.03,503=0.02,truncate=0.02,reset=0.02,error200=0.02,html=0.01",
                             "--rpc-fault",
                             "1:lag=4,range=40,empty=0.05",
                             "--rpc-fault",
                             "2:batch=off,timestamp=off,results=600,back=3"});
  const Polyhouse polyhouse(
      WithTables(dir / "data"),
      simulator.url(),
      {"--rpc-url=" + Rpc(simulator, "/1") + "," + Rpc(simulator) + "," + Rpc(simulator, "/2"),
       kBeforeAll,
       "--fills-confirmations=4",
       "--fills-live-interval=100ms",
       "--rate-rpc=0",
       "--gamma-retry-base=5ms",
       "--gamma-retry-cap=200ms",
       "--markets-discover-interval=500ms",
       "--markets-refresh-interval=2s",
       "--writer-batch-age=100ms",
       "--schema-trades-by-wallet=true",
       "--schema-lock-timeout=1s"});
  const RunResult once = polyhouse.Run({"up", "--once"});
  ASSERT_EQ(once.exit_code, 0) << once.err;
  auto up = std::make_unique<ChildProcess>(polyhouse.Command({"up"}));
  std::minstd_rand random(5);
  const auto rows = [&](const std::string& condition) {
    return std::stoull(polyhouse.Query("SELECT count() FROM order_fills WHERE " + condition));
  };
  for (int turn = 0; turn < 25; ++turn) {
    simulator.Post("/simulator/blocks?n=" + std::to_string(5 + random() % 8));
    if (turn % 5 == 0) {
      // What is replaced now was read: deeper than what counts as confirmed.
      const std::string read = "block_number >= " + std::to_string(HeadOf(simulator) - 12);
      EXPECT_TRUE(WaitUntil([&] { return rows(read) > 0; })) << up->Stderr();
    }
    if (random() % 3 == 0 || turn % 5 == 0) {
      const auto depth = turn % 5 == 0 ? 18 : 1 + random() % 20;
      simulator.Post("/simulator/reorg?depth=" + std::to_string(depth));
    }
    if (random() % 6 == 0) simulator.Post("/simulator/tick?n=1");
    std::this_thread::sleep_for(std::chrono::milliseconds(random() % 200));
    if (random() % 6 != 0) continue;
    up->Signal(SIGKILL);
    up->Wait();
    up = std::make_unique<ChildProcess>(polyhouse.Command({"up"}));
  }
  // From here on the chain only grows, and what is behind its head is confirmed.
  simulator.Post("/simulator/tick?n=3");
  const std::uint64_t to = HeadOf(simulator) - 4;
  simulator.Post("/simulator/rpc?endpoint=1&spec=");
  const TruthTables truth(polyhouse);
  truth.LoadChain(simulator, to);

  EXPECT_TRUE(WaitUntil([&] { return truth.TradeDifferences().empty(); }))
      << truth.TradeDifferences() << up->Stderr();

  EXPECT_GT(rows("removed"), 0U);
  const std::string by_token = "SELECT * FROM trades_current";
  const std::string by_wallet = "SELECT * FROM trades_by_wallet_current";
  const auto beside = [&](const std::string& one, const std::string& other) {
    return polyhouse.Query("SELECT count() FROM (" + one + " EXCEPT " + other + ")");
  };
  EXPECT_EQ(beside(by_wallet, by_token), "0");
  EXPECT_EQ(beside(by_token, by_wallet), "0");
  up->Signal(SIGTERM);
  EXPECT_EQ(up->Wait().exit_code, 0) << up->Stderr();
}

TEST(Trades, ProcessesOfEveryRoleShareTheWorkThroughRedis) {
  NEEDS_REDIS();
  ServerStack stack({"--markets", "300", "--fills", "12000", "--seed", "13"});
  const Polyhouse& polyhouse = stack.polyhouse();
  const std::vector<std::vector<std::string>> roles = {
      {"ingest", "markets", "--gamma-retry-base", "5ms"},
      {"ingest",
       "fills",
       "--rpc-url=" + Rpc(stack.simulator()),
       kBeforeAll,
       "--fills-blocks=20",
       "--rate-rpc=0"},
      {"process", "trades", "--writer-consumer", "one", "--process-rows=500"},
      {"process", "trades", "--writer-consumer", "two", "--process-rows=500"},
      {"write", "--writer-consumer", "one", "--writer-batch-rows", "2000"}};
  std::vector<std::unique_ptr<ChildProcess>> crew;
  for (const auto& role : roles) {
    crew.push_back(std::make_unique<ChildProcess>(polyhouse.Command(role)));
  }
  const std::uint64_t to = HeadOf(stack.simulator()) - 20;
  std::minstd_rand random(3);
  for (int kill = 0; kill < 8; ++kill) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100 + random() % 300));
    const std::size_t victim = 1 + random() % (roles.size() - 1);
    crew[victim]->Signal(SIGKILL);
    crew[victim]->Wait();
    crew[victim] = std::make_unique<ChildProcess>(polyhouse.Command(roles[victim]));
  }
  const TruthTables truth(polyhouse);
  truth.LoadChain(stack.simulator(), to);

  EXPECT_TRUE(WaitUntil([&] { return truth.TradeDifferences().empty(); }))
      << truth.TradeDifferences() << crew[1]->Stderr() << crew[2]->Stderr() << crew[3]->Stderr();

  for (const auto& role : crew) role->Signal(SIGTERM);
  for (const auto& role : crew) EXPECT_EQ(role->Wait().exit_code, 0) << role->Stderr();
}

TEST(Trades, ALostStreamOfFillsIsReadAgain) {
  NEEDS_REDIS();
  ServerStack stack({"--markets", "50", "--fills", "500", "--seed", "15"});
  const Polyhouse& polyhouse = stack.polyhouse();
  const auto newest = [&](const std::string& which) {
    return std::stoull(polyhouse.Query("SELECT " + which + "(version) FROM order_fills_current"));
  };
  const ChildProcess ingest(polyhouse.Command({"ingest",
                                               "fills",
                                               "--rpc-url=" + Rpc(stack.simulator()),
                                               kBeforeAll,
                                               "--fills-live-interval=100ms",
                                               "--gamma-retry-base=5ms"}));
  const ChildProcess write(polyhouse.Command({"write"}));
  ASSERT_TRUE(WaitUntil([&] { return newest("min") > 0; })) << ingest.Stderr();
  const auto before = newest("max");

  stack.redis().Ask({"DEL", "stream:order_events"});

  EXPECT_TRUE(WaitUntil([&] { return newest("min") > before; })) << ingest.Stderr();
  EXPECT_THAT(ingest.Stderr(), HasSubstr("A stream is gone"));
  stack.simulator().Post("/simulator/blocks?n=30");
  const auto read = newest("max");
  EXPECT_TRUE(WaitUntil([&] { return newest("max") > read; })) << ingest.Stderr();
}

TEST(Trades, AreCompletedWhenTheirMarketIsListed) {
  const ScratchDir dir;
  const Simulator simulator(
      {"--markets", "200", "--fills", "2000", "--list-late", "3", "--seed", "14"});
  const Polyhouse polyhouse(
      WithTables(dir / "data"), simulator.url(), {"--rpc-url=" + Rpc(simulator), kBeforeAll});
  ASSERT_EQ(polyhouse.Run({"up", "--once"}).exit_code, 0);
  ASSERT_NE(polyhouse.Query("SELECT count() FROM trades_current WHERE market_id = ''"), "0");
  const std::uint64_t to = HeadOf(simulator) - 20;

  simulator.Post("/simulator/tick?n=3");
  const RunResult again = polyhouse.Run({"up", "--once"});

  ASSERT_EQ(again.exit_code, 0) << again.err;
  EXPECT_EQ(polyhouse.Query("SELECT count() FROM trades_current WHERE market_id = '' AND "
                            "block_number <= " +
                            std::to_string(to)),
            "0");
  EXPECT_EQ(Compared(polyhouse, simulator, HeadOf(simulator) - 20), "");
}

/// Of docs/trades.md.
TEST(Trades, AnswerTheTenQuestions) {
  const ScratchDir dir;
  const Simulator simulator({"--markets", "60", "--fills", "500", "--seed", "18"});
  const Polyhouse polyhouse(
      WithTables(dir / "data"), simulator.url(), {"--rpc-url=" + Rpc(simulator), kBeforeAll});
  ASSERT_EQ(polyhouse.Run({"up", "--once"}).exit_code, 0);
  const auto engine = polyhouse.HoldEngine();
  const std::string slug = polyhouse.Query(
      "SELECT market_slug FROM markets_current WHERE id = (SELECT topK(1)(market_id)[1] FROM "
      "trades_current)");
  const std::string wallet = polyhouse.Query("SELECT topK(1)(maker)[1] FROM trades_current");

  const std::string page = ReadFile(std::string(TESTS_DIR) + "/../docs/trades.md");
  const std::string part = page.substr(page.find("## Ten questions"));
  std::string sql = part.substr(part.find("```sql") + 6);
  sql.resize(sql.find("```"));
  sql = std::regex_replace(sql, std::regex("SLUG"), slug);
  sql = std::regex_replace(sql, std::regex("0xWALLET"), wallet);
  std::size_t asked = 0;
  for (std::size_t at = 0; sql.find(';', at) != std::string::npos; at = sql.find(';', at) + 1) {
    const std::string question = sql.substr(at, sql.find(';', at) - at);
    const bool is_of_today = question.find("now()") != std::string::npos;
    const RunResult answer = polyhouse.Run({"query", question});
    EXPECT_EQ(answer.exit_code, 0) << question << answer.err;
    EXPECT_TRUE(is_of_today || !answer.out.empty()) << question;
    ++asked;
  }
  EXPECT_EQ(asked, 10U);
}

TEST(Trades, AreMadeAndProvedWhereFillsAreNotKept) {
  const ScratchDir dir;
  const Simulator simulator({"--markets", "60", "--fills", "500", "--seed", "17"});
  const Polyhouse polyhouse(WithTables(dir / "data"),
                            simulator.url(),
                            {"--rpc-url=" + Rpc(simulator), kBeforeAll, "--fills-keep-raw=false"});

  const RunResult up = polyhouse.Run({"up", "--once"});
  ASSERT_EQ(up.exit_code, 0) << up.err;
  EXPECT_EQ(polyhouse.Query("SELECT count() FROM order_fills"), "0");
  const std::string trades = polyhouse.Query("SELECT count() FROM trades_current");
  EXPECT_GT(std::stoi(trades), 100);
  EXPECT_EQ(polyhouse.Run({"verify"}).exit_code, 0);

  polyhouse.Run({"query",
                 "--write",
                 "ALTER TABLE trades DELETE WHERE log_index % 2 = 0 SETTINGS mutations_sync = 1"});
  EXPECT_NE(polyhouse.Run({"verify", "--repair"}).exit_code, 2);
  EXPECT_EQ(polyhouse.Query("SELECT count() FROM trades_current"), trades);
  const RunResult reconciled = polyhouse.Run({"reconcile", "fills"});
  EXPECT_EQ(reconciled.exit_code, 2);
  EXPECT_THAT(reconciled.err, HasSubstr("fills.keep_raw=false keeps no fills"));
}

/// What was read, and is lost from the tables or the ledger, is found by the numbers of blocks.
TEST(Trades, AreProvedByTheLedgerAndByWitnessesAndMended) {
  const ScratchDir dir;
  const Simulator simulator({"--markets", "60", "--fills", "1500", "--seed", "16"});
  const std::string port = simulator.url().substr(simulator.url().rfind(':'));
  const Polyhouse polyhouse(
      WithTables(dir / "data"),
      simulator.url(),
      {"--rpc-url=" + Rpc(simulator, "/1") + ",http://localhost" + port + "/rpc/2",
       "--data-url=" + simulator.url() + "/data",
       "--clob-url=" + simulator.url() + "/clob",
       "--rate-rpc=0",
       "--rate-data=0"});
  const auto engine = polyhouse.HoldEngine();
  const std::uint64_t to = HeadOf(simulator) - 20;
  const auto change = [&](const std::string& table, const std::string& how) {
    const RunResult result = polyhouse.Run(
        {"query", "--write", "ALTER TABLE " + table + " " + how + " SETTINGS mutations_sync = 1"});
    EXPECT_EQ(result.exit_code, 0) << result.err;
  };

  const RunResult plan =
      polyhouse.Run({"backfill", "plan", "fills", "--from", "89990000", "--json"});
  EXPECT_THAT(plan.out, HasSubstr("\"blocks\":" + std::to_string(to - 89'990'000 + 1))) << plan.err;
  const std::uint64_t middle = to - 40;
  const RunResult half = polyhouse.Run(
      {"backfill", "run", "fills", "--from", "89990000", "--to", std::to_string(middle)});
  ASSERT_EQ(half.exit_code, 0) << half.err;
  EXPECT_EQ(polyhouse.Query("SELECT count() > 100, max(block_number) <= " + std::to_string(middle) +
                            ", (SELECT count() FROM trades) = count() FROM "
                            "order_fills"),
            "1\t1\t1");
  const RunResult whole = polyhouse.Run({"up", "--once", kBeforeAll});
  ASSERT_EQ(whole.exit_code, 0) << whole.err;
  EXPECT_EQ(Compared(polyhouse, simulator, to), "");
  const RunResult sound = polyhouse.Run({"verify"});
  EXPECT_EQ(sound.exit_code, 0) << sound.out;
  const RunResult borne_out = polyhouse.Run({"reconcile", "fills", "--markets", "60"});
  EXPECT_EQ(borne_out.exit_code, 0) << borne_out.out << borne_out.err;
  EXPECT_THAT(borne_out.out, testing::Not(HasSubstr("no second node")));

  change("order_fills", "DELETE WHERE block_number % 7 = 0");
  change("trades", "DELETE WHERE block_number % 11 = 0");
  EXPECT_THAT(polyhouse.Run({"verify"}).out, HasSubstr("lost row"));
  const RunResult mended = polyhouse.Run({"verify", "--repair"});
  EXPECT_EQ(mended.exit_code, 0) << mended.out << mended.err;
  EXPECT_EQ(Compared(polyhouse, simulator, to), "");

  change("trades", "DELETE WHERE block_number % 5 = 0");
  EXPECT_THAT(polyhouse.Run({"reconcile", "fills", "--markets", "60"}).out,
              HasSubstr("missing trade"));
  change("ingest_ledger", "DELETE WHERE source = 'polygon/fills'");
  const RunResult holes = polyhouse.Run({"verify", "--repair"});
  EXPECT_EQ(holes.exit_code, 0) << holes.out << holes.err;
  change("order_fills", "UPDATE fee = fee + 1 WHERE block_number % 3 = 0");
  const RunResult different = polyhouse.Run({"reconcile", "fills", "--ranges", "200", "--repair"});
  EXPECT_EQ(different.exit_code, 0) << different.out << different.err;
  EXPECT_EQ(Compared(polyhouse, simulator, to), "");
}

TEST(Trades, NodesThatCannotBeUsedAreRefusedInWords) {
  const ScratchDir dir;
  const Simulator simulator(
      {"--markets", "50", "--rpc-fault", "3:chain=1", "--rpc-fault", "4:pruned=99000000"});
  const auto with = [&](const std::string& rpc, const std::string& setting) {
    return Polyhouse(dir / "data", simulator.url(), {"--rpc-url=" + rpc, setting})
        .Run({"ingest", "fills", "--once"});
  };

  const RunResult other_chain = with(Rpc(simulator, "/3"), kBeforeAll);
  EXPECT_EQ(other_chain.exit_code, 2);
  EXPECT_THAT(other_chain.err, HasSubstr("a node of chain 1, not of Polygon"));

  const RunResult no_url = with("secret-key", kBeforeAll);
  EXPECT_EQ(no_url.exit_code, 2);
  EXPECT_THAT(no_url.err, HasSubstr("rpc_url: entry 1 is no URL"));
  EXPECT_THAT(no_url.err, testing::Not(HasSubstr("secret-key")));

  const RunResult no_date = with(Rpc(simulator), "--fills-from=yesterday");
  EXPECT_EQ(no_date.exit_code, 2);
  EXPECT_THAT(no_date.err, HasSubstr("\"yesterday\" is no block"));

  // A node that is away is named by its host alone: the rest of its URL may be a key.
  const Polyhouse away(dir / "away",
                       simulator.url(),
                       {"--rpc-url=http://127.0.0.1:1/v2/node-key", "--gamma-give-up-after=1s"});
  const RunResult no_node = away.Run({"ingest", "fills", "--once"});
  EXPECT_NE(no_node.exit_code, 0);
  EXPECT_THAT(no_node.err, HasSubstr("127.0.0.1:1"));
  EXPECT_THAT(no_node.err, testing::Not(HasSubstr("node-key")));

  // No archive: of the blocks that are wanted nothing is there any more.
  const Polyhouse no_archive(
      dir / "no_archive",
      simulator.url(),
      {"--rpc-url=" + Rpc(simulator, "/4"), kBeforeAll, "--gamma-give-up-after=1s"});
  const RunResult pruned = no_archive.Run({"ingest", "fills", "--once"});
  EXPECT_NE(pruned.exit_code, 0);
  EXPECT_THAT(pruned.err, HasSubstr("pruned"));

  // Stopped before it has got anywhere, it is not finished: it ended with 0.
  ChildProcess stopped(away.Command({"ingest", "fills", "--once", "--gamma-give-up-after=1h"}));
  ASSERT_TRUE(WaitUntil([&] { return stopped.Stderr().find("127.0.0.1:1") != std::string::npos; }));
  stopped.Signal(SIGTERM);
  EXPECT_EQ(stopped.Wait().exit_code, 1);
  EXPECT_THAT(stopped.Stderr(), HasSubstr("stopped before the end"));

  const RunResult no_past = with(Rpc(simulator), "--fills-from=2099-01-01");
  EXPECT_EQ(no_past.exit_code, 2);
  EXPECT_THAT(no_past.err, HasSubstr("has not come yet"));
}

}  // namespace
}  // namespace polyhouse
