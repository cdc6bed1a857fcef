// What is done with tokens besides trades: read from the chain, proved, and what follows from it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "e2e/truth_tables.h"
#include "engine/http_client.h"
#include "support/polyhouse_program.h"

namespace polyhouse {
namespace {

using testing::HasSubstr;

/// Asks the engine that holds a data directory.
class Engine {
 public:
  Engine(const Polyhouse& polyhouse, std::string socket)
      : held_(polyhouse.HoldEngine()), socket_(std::move(socket)) {}

  /// The rows of an answer, joined by "; ", their columns by spaces.
  std::string Ask(const std::string& sql) const {
    const auto answer =
        engine::HttpClient::OnUnixSocket(socket_).Post("/?database=polymarket", sql);
    EXPECT_EQ(answer.status, 200) << sql << answer.body;
    std::string text = answer.body.substr(0, answer.body.find_last_not_of('\n') + 1);
    for (auto at = text.find('\n'); at != std::string::npos; at = text.find('\n', at)) {
      text.replace(at, 1, "; ");
    }
    for (char& each : text) each = each == '\t' ? ' ' : each;
    return text;
  }

 private:
  std::unique_ptr<ChildProcess> held_;
  std::string socket_;
};

TEST(Actions, AreReadThroughFaultsAndReorganisationsProvedAndMended) {
  const ScratchDir dir;
  const Simulator simulator({"--markets",
                             "200",
                             "--fills",
                             "1000",
                             "--block-fills",
                             "2",
                             "--block-actions",
                             "3",
                             "--seed",
                             "41",
                             "--rpc-fault",
                             "0:429=0.03,truncate=0.02,error200=0.02,html=0.01",
                             "--rpc-fault",
                             "1:range=40,empty=0.2,timestamp=off"});
  const std::string rpc = simulator.url() + "/rpc";
  const Polyhouse polyhouse(WithTables(dir / "data"),
                            simulator.url(),
                            {"--rpc-url=" + rpc + "," + rpc + "/1",
                             "--fills-from=89990000",
                             "--fills-confirmations=4",
                             "--fills-live-interval=100ms",
                             "--rate-rpc=0",
                             "--gamma-retry-base=5ms",
                             "--gamma-retry-cap=100ms",
                             "--writer-batch-age=100ms",
                             "--actions-enabled=true"});
  const RunResult once = polyhouse.Run({"up", "--once"});
  ASSERT_EQ(once.exit_code, 0) << once.err;
  const RunResult payouts = polyhouse.Run({"reconcile", "payouts"});
  EXPECT_EQ(payouts.exit_code, 0) << payouts.out << payouts.err;
  EXPECT_EQ(payouts.out.find("markets with a resolution: 0"), std::string::npos) << payouts.out;
  const RunResult asked = polyhouse.Run({"ask", "payouts", "--since", "2022-01-01", "--csv"});
  EXPECT_THAT(asked.out, testing::ContainsRegex("\n\"20")) << asked.err;
  EXPECT_EQ(asked.err, "");
  const std::string wallet =
      polyhouse.Query("SELECT max(wallet) FROM wallet_profit(wallet = '') WHERE actions > 0");
  EXPECT_THAT(polyhouse.Run({"ask", "holdings", wallet}).err,
              HasSubstr("by trades and actions here"));

  // The chain goes on, and replaces what was read.
  ChildProcess up(polyhouse.Command({"up"}));
  const auto rows = [&](const std::string& condition) {
    return std::stoull(polyhouse.Query("SELECT count() FROM token_actions WHERE " + condition));
  };
  for (int turn = 0; turn < 3; ++turn) {
    simulator.Post("/simulator/blocks?n=20");
    const std::string read = "block_number >= " + std::to_string(HeadOf(simulator) - 8);
    EXPECT_TRUE(WaitUntil([&] { return rows(read) > 0; })) << up.Stderr();
    simulator.Post("/simulator/reorg?depth=14");
  }
  simulator.Post("/simulator/blocks?n=30");
  const TruthTables truth(polyhouse);
  truth.LoadActions(simulator, HeadOf(simulator) - 4);
  EXPECT_TRUE(WaitUntil([&] { return truth.ActionDifferences().empty(); }))
      << truth.ActionDifferences() << up.Stderr();
  EXPECT_GT(rows("removed"), 0U);
  // For whom adapters of collateral have acted is known: the truth has no such owner.
  EXPECT_EQ(rows("wallet_kind = 'collateral_adapter'"), 0U);
  up.Signal(SIGTERM);
  EXPECT_EQ(up.Wait().exit_code, 0) << up.Stderr();

  // Nothing is wrong, until a row is lost: then that is found, and read again.
  const RunResult verify = polyhouse.Run({"verify"});
  EXPECT_EQ(verify.exit_code, 0) << verify.out << verify.err;
  EXPECT_THAT(verify.out, HasSubstr("actions: "));
  {
    const Engine engine(polyhouse, dir / "data/engine.sock");
    engine.Ask(
        "ALTER TABLE token_actions DELETE WHERE block_number = (SELECT max(block_number) FROM "
        "token_actions_current WHERE action = 'split') SETTINGS mutations_sync = 1");
  }
  const RunResult found = polyhouse.Run({"verify"});
  EXPECT_EQ(found.exit_code, 1);
  EXPECT_THAT(found.out, HasSubstr("are in token_actions"));
  EXPECT_NE(truth.ActionDifferences(), "");
  const RunResult mended = polyhouse.Run({"verify", "--repair"});
  EXPECT_EQ(mended.exit_code, 0) << mended.out << mended.err;
  EXPECT_EQ(truth.ActionDifferences(), "");
}

/// The words of a text, a space between, and "; " for each end of a line.
std::string Words(const std::string& text) {
  std::string words;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    words += words.empty() ? "" : ";";
    std::istringstream cells(line);
    for (std::string cell; cells >> cell;) words += (words.empty() ? "" : " ") + cell;
  }
  return words;
}

TEST(Actions, GiveTheWorkedExampleOfTheirPage) {
  std::ifstream file(std::string(TESTS_DIR) + "/../docs/actions.md");
  std::stringstream read;
  read << file.rdbuf();
  const std::string page = read.str().substr(read.str().find("### A worked example"));
  const ScratchDir dir;
  const Polyhouse polyhouse(WithTables(dir / "data"));
  const Engine engine(polyhouse, dir / "data/engine.sock");
  engine.Ask(
      "INSERT INTO markets (id, condition_id, outcomes, outcome_prices, tokens, closed, "
      "resolution_status, winner, version) VALUES ('M', 'c', ['Yes', 'No'], [1, 0], ['Y', 'N'], "
      "true, 'resolved', 'Yes', 1)");
  const auto act = [&](const std::string& step, const std::string& values) {
    EXPECT_THAT(page, HasSubstr(step));
    engine.Ask(
        "INSERT INTO token_actions (block_number, log_index, action, wallet, wallet_kind, "
        "condition_id, collateral, index_sets, amounts, amount, version) VALUES (" +
        values + ", 1)");
  };
  const std::string its_own =
      "'0xa11ce', 'wallet', 'c', '0x2791bca1f2de4661ed88a30c99a7a9449aa84174', [1, 2], [], ";
  act("| splits $100 | +100 | +100 | −$100 |", "10, 1, 'split', " + its_own + "100000000");
  EXPECT_THAT(page, HasSubstr("| sells 60 No at 40 ¢ | | −60 | +$24 |"));
  engine.Ask(
      "INSERT INTO trades (timestamp, market_id, maker, taker, nonusdc_side, maker_direction, "
      "price, usd_amount, token_amount, transactionHash, log_index, token_id, match_type, "
      "block_number, version) VALUES (1, 'M', '0xa11ce', 'x', 'token2', 'SELL', 0.4, 24, 60, 't', "
      "1, 'N', 'complementary', 20, 1)");
  act("| merges 30 of each | −30 | −30 | +$30 |", "30, 1, 'merge', " + its_own + "30000000");
  act("| redeems all | −70 | −10 | +$70 |", "40, 1, 'redeem', " + its_own + "70000000");
  act("Yes has won", "39, 1, 'resolve', 'oracle', 'oracle', 'c', '', [], [1, 0], 2");

  int examples = 0;
  for (auto at = page.find("```sql\n"); at != std::string::npos; at = page.find("```sql\n", at)) {
    at += 7;
    const auto end = page.find("\n```\n```text\n", at);
    const auto answer = end + 13;
    const std::string sql = page.substr(at, end - at);
    EXPECT_EQ(engine.Ask(sql + " FORMAT TabSeparatedWithNames"),
              Words(page.substr(answer, page.find("```", answer) - answer)))
        << sql;
    ++examples;
  }
  EXPECT_EQ(examples, 2);
}

TEST(Actions, ComeToWhatWalletsHoldAndHaveWon) {
  const ScratchDir dir;
  const Polyhouse polyhouse(WithTables(dir / "data"));
  const Engine engine(polyhouse, dir / "data/engine.sock");
  const auto question = [](const std::string& end) {
    return "'0x" + std::string(62, 'a') + end + "'";
  };
  const auto of_event = [&](const std::string& number, const std::string& index) {
    return "('M" + number + "', 'c" + number + "', ['Yes', 'No'], [0.5, 0.5], ['Y" + number +
           "', 'N" + number + "'], " + question(index) + ", '0xAA00', true, false, '', '', 1)";
  };
  engine.Ask(
      "INSERT INTO markets (id, condition_id, outcomes, outcome_prices, tokens, question_id, "
      "neg_risk_market_id, neg_risk, closed, resolution_status, winner, version) VALUES "
      "('M1', 'c1', ['Yes', 'No'], [1, 0], ['Y1', 'N1'], '', '', false, true, 'resolved', 'Yes', "
      "1), "
      // The same condition and tokens once more: nothing is counted twice.
      "('M1b', 'c1', ['Yes', 'No'], [1, 0], ['Y1', 'N1'], '', '', false, true, 'resolved', 'Yes', "
      "0), "
      // By the API it is open; the chain has resolved it.
      "('M7', 'c7', ['Yes', 'No'], [0.5, 0.5], ['Y7', 'N7'], '', '', false, false, '', '', 1), "
      // Nobody has traded it.
      "('M8', 'c8', ['Yes', 'No'], [0.5, 0.5], ['Y8', 'N8'], '', '', false, false, '', '', 1), " +
      of_event("2", "00") + ", " + of_event("3", "01") + ", " + of_event("4", "02") + ", " +
      // Asked later than others were converted; and one of which nothing is known.
      of_event("5", "03") +
      ", ('M6', 'c6', ['Yes', 'No'], [0.5, 0.5], ['Y6', 'N6'], '', '0xAA00', "
      "true, false, '', '', 1)");
  engine.Ask(
      "INSERT INTO trades (timestamp, market_id, maker, taker, nonusdc_side, maker_direction, "
      "price, "
      "usd_amount, token_amount, transactionHash, log_index, token_id, match_type, block_number, "
      "version) VALUES (1, 'M1', 'ann', 'x', 'token2', 'SELL', 0.4, 24, 60, 't', 1, 'N1', "
      "'complementary', 20, 1)");
  const std::string usdc = "'0x2791bca1f2de4661ed88a30c99a7a9449aa84174'";
  const std::string wrapped = "'0x3a3bd7bb9528e159577f7c2e685cc81a765002e2'";
  engine.Ask(
      "INSERT INTO token_actions (block_number, log_index, action, wallet, wallet_kind, "
      "condition_id, neg_risk_market_id, collateral, index_sets, amounts, amount, version) VALUES "
      "(10, 1, 'split', 'ann', 'wallet', 'c1', '', " +
      usdc +
      ", [2, 1], [], 100000001, 1), "
      "(11, 1, 'split', 'ex', 'exchange', 'c1', '', " +
      usdc +
      ", [1, 2], [], 40000000, 1), "
      "(30, 1, 'merge', 'ann', 'wallet', 'c1', '', " +
      usdc +
      ", [1, 2], [], 10000001, 1), "
      "(40, 1, 'resolve', 'oracle', 'oracle', 'c1', '', '', [], [1, 0], 2, 1), "
      "(41, 1, 'redeem', 'ann', 'wallet', 'c1', '', " +
      usdc +
      ", [1, 2], [], 90000000, 1), "
      // Nothing was redeemed of what is left.
      "(42, 1, 'redeem', 'ann', 'wallet', 'c1', '', " +
      usdc +
      ", [], [], 0, 1), "
      // 50-50, and the first outcome alone is redeemed.
      "(43, 1, 'split', 'gil', 'wallet', 'c7', '', " +
      usdc +
      ", [1, 2], [], 10000000, 1), "
      "(44, 1, 'resolve', 'oracle', 'oracle', 'c7', '', '', [], [1, 1], 2, 1), "
      "(45, 1, 'redeem', 'gil', 'wallet', 'c7', '', " +
      usdc +
      ", [1], [], 5000000, 1), "
      // All of a pair is put together again, or some of it, or what came from elsewhere.
      "(46, 1, 'split', 'hal', 'wallet', 'c8', '', " +
      usdc +
      ", [1, 2], [], 10000000, 1), "
      "(46, 2, 'merge', 'hal', 'wallet', 'c8', '', " +
      usdc +
      ", [1, 2], [], 10000000, 1), "
      "(46, 3, 'split', 'ida', 'wallet', 'c8', '', " +
      usdc +
      ", [1, 2], [], 10000000, 1), "
      "(46, 4, 'merge', 'ida', 'wallet', 'c8', '', " +
      usdc +
      ", [1, 2], [], 4000000, 1), "
      "(46, 5, 'merge', 'joe', 'wallet', 'c8', '', " +
      usdc +
      ", [1, 2], [], 10000000, 1), "
      // By the adapter, with what it does beneath it.
      "(50, 1, 'split', 'ben', 'wallet', 'c2', '', '', [], [], 50000000, 1), "
      "(50, 2, 'split', 'ad', 'neg_risk_adapter', 'c2', '', " +
      wrapped +
      ", [1, 2], [], 50000000, 1), "
      "(51, 1, 'convert', 'ben', 'wallet', '', '0xaa00', '', [1], [], 50000000, 1), "
      "(52, 1, 'convert', 'cat', 'wallet', '', '0xaa00', '', [3], [], 20000001, 1), "
      "(53, 1, 'prepare', 'oracle', 'oracle', 'c5', '', '', [], [], 2, 1), "
      // Not the tokens of these markets, whatever they are worth; amounts without end are no error.
      "(60, 1, 'split', 'eve', 'wallet', 'c1', '', '0xeve', [1, 2], [], "
      "115792089237316195423570985008687907853269984665640564039457584007913129639935, 1), "
      "(61, 1, 'split', 'eve', 'wallet', 'c2', '', " +
      usdc +
      ", [1, 2], [], 777000000, 1), "
      "(62, 1, 'redeem', 'ben', 'wallet', 'c2', '', " +
      usdc +
      ", [1, 2], [], 0, 1), "
      // In nobody's account.
      "(63, 1, 'split', 'dan', 'collateral_adapter', 'c2', '', '', [], [], 7000000, 1), "
      "(64, 1, 'split', 'fay', 'wallet', 'c9', '', " +
      usdc +
      ", [1, 2], [], 7000000, 1), "
      "(65, 1, 'split', 'fay', 'wallet', 'c1', '', " +
      usdc +
      ", [1], [], 7000000, 1), "
      "(66, 1, 'convert', 'fay', 'wallet', '', '0xbb00', '', [1], [], 7000000, 1)");
  const auto holdings = [](const std::string& wallet) {
    return "SELECT token_id, shares, cash FROM wallet_holdings(wallet = '" + wallet +
           "') ORDER BY token_id";
  };
  for (const auto& [sql, answer] : std::vector<std::pair<std::string, std::string>>{
           {holdings("ann"), "N1 0 -21; Y1 0 45"},
           {"SELECT market_id, sum(cash), round(sum(profit), 6), min(is_realised) FROM "
            "wallet_profit(wallet = 'ann') GROUP BY market_id",
            "M1 24 24 true"},
           {holdings("gil"), "N7 10 -5; Y7 0 0"},
           {"SELECT token_id, mark, profit, settled FROM wallet_profit(wallet = 'gil') ORDER BY "
            "token_id",
            "N7 0.5 0 true; Y7 0.5 0 true"},
           // Of what nobody has traded no price is known, but that a pair is a dollar.
           {"SELECT wallet, token_id, shares, mark, profit, is_realised FROM "
            "wallet_profit(wallet = '') WHERE market_id = 'M8' ORDER BY wallet, token_id",
            "hal N8 0 \\N 0 true; hal Y8 0 \\N 0 true; ida N8 6 \\N 0 false; ida Y8 6 "
            "\\N 0 false; joe N8 -10 \\N 0 false; joe Y8 -10 \\N 0 false"},
           {"SELECT token_id, profit FROM wallet_profit(wallet = 'ben') ORDER BY token_id",
            "N2 -25; Y2 \\N; Y3 \\N; Y4 \\N"},
           {holdings("ben"), "N2 0 -25; Y2 50 -25; Y3 50 0; Y4 50 0"},
           {holdings("cat"), "N2 -20.000001 10.000001; N3 -20.000001 10; Y4 20.000001 0"},
           {"SELECT uniqExact(wallet) FROM wallet_holdings(wallet = '')", "7"},
           {"SELECT market_id, split_usd, merged_usd, redeemed_usd, locked_usd FROM "
            "locked_collateral ORDER BY market_id",
            "M1 140.000001 10.000001 90 40; M2 57 0 0 57; M7 10 0 5 5; M8 20 24 0 -4"},
           {"SELECT neg_risk_market_id, conversions, paid_usd FROM converted_collateral ORDER BY 1",
            "0xaa00 2 20.000001; 0xbb00 1 0"},
           {"SELECT splitByChar(',', reason)[1], action, actions FROM unassigned_actions ORDER BY "
            "reason, action",
            "by an adapter of collateral split 1; of a market that is not here convert 1; of a "
            "market "
            "that is not here split 1; of other parts than both outcomes split 1; with another "
            "collateral redeem 1; with another collateral split 2"},
           {"SELECT count() FROM payout_differences", "0"}}) {
    EXPECT_EQ(engine.Ask(sql), answer) << sql;
  }

  // The API says that somebody else has won: an old market, without a status.
  engine.Ask(
      "INSERT INTO markets (id, condition_id, outcomes, outcome_prices, tokens, closed, winner, "
      "version) VALUES ('M1', 'c1', ['Yes', 'No'], [0, 1], ['Y1', 'N1'], true, 'No', 2)");
  const RunResult payouts = polyhouse.Run({"reconcile", "payouts"});
  EXPECT_EQ(payouts.exit_code, 1);
  EXPECT_THAT(payouts.out, HasSubstr("the chain has resolved it to [1,0]"));
  // The chain's word counts.
  EXPECT_EQ(engine.Ask("SELECT round(sum(profit), 6) FROM wallet_profit(wallet = 'ann')"), "24");
}

}  // namespace
}  // namespace polyhouse
