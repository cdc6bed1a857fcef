#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "answers/questions.h"
#include "engine/http_client.h"
#include "support/polyhouse_program.h"
#include "support/scratch_dir.h"

namespace polyhouse {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// Small worlds whose answers were worked out by hand: those of docs/analytics.md.
class Analytics : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    dir_ = std::make_unique<ScratchDir>();
    polyhouse_ = std::make_unique<Polyhouse>(WithTables(*dir_ / "data"));
    engine_ = polyhouse_->HoldEngine();
  }
  static void TearDownTestSuite() {
    engine_.reset();
    polyhouse_.reset();
    dir_.reset();
  }

  void SetUp() override {
    for (const std::string table :
         {"trades", "markets", "market_tokens", "polymarket_events", "markets_versions"}) {
      Change("TRUNCATE TABLE " + table);
    }
  }

  static void Change(const std::string& sql) {
    const auto answer = Post(sql);
    ASSERT_EQ(answer.status, 200) << sql << answer.body;
  }

  /// Asks the engine itself: a process for each question would take most of the time.
  static engine::HttpAnswer Post(const std::string& sql) {
    return engine::HttpClient::OnUnixSocket(*dir_ / "data/engine.sock")
        .Post("/?database=polymarket", sql);
  }

  struct Fill {
    int block;
    int log;
    std::string time;
    std::string maker;
    std::string taker;
    std::string direction;
    std::string token;  ///< "Y…" is the first outcome's of market "M…", "N…" the second's.
    std::string usd;
    std::string shares;
    std::string type;
    std::string fee = "0";
    std::string fee_asset = "collateral";
    std::string generation = "v2";
  };

  static void Store(const std::vector<Fill>& fills, int version = 1, bool removed = false) {
    std::string rows;
    for (const Fill& fill : fills) {
      const std::string number = std::to_string(fill.block);
      const bool first = fill.token.starts_with("Y");
      rows += (rows.empty() ? "('" : ", ('") + fill.time + "', 'M" + fill.token.substr(1) + "', '" +
              fill.maker + "', '" + fill.taker + "', '" + (first ? "token1" : "token2") + "', '" +
              fill.direction + "', toFloat64(" + fill.usd + ") / " + fill.shares + ", '" +
              fill.usd + "', '" + fill.shares + "', 'tx" + number + "', " +
              std::to_string(fill.log) + ", '" + fill.token + "', '" + fill.fee + "', '" +
              fill.fee_asset + "', '" + fill.generation + "', " +
              (fill.type == "taker" ? "true" : "false") + ", '" + fill.type + "', " + number +
              ", 'o" + number + fill.maker + "', " + (removed ? "true" : "false") + ", " +
              std::to_string(version) + ")";
    }
    Change(
        "INSERT INTO trades (timestamp, market_id, maker, taker, nonusdc_side, maker_direction, "
        "price, usd_amount, token_amount, transactionHash, log_index, token_id, fee, fee_asset, "
        "generation, is_taker_leg, match_type, block_number, order_hash, removed, version) "
        "VALUES " +
        rows);
  }

  /// Three settled markets of three events: Yes, No and 50-50.
  static void StoreMarketsOfW() {
    Change(
        "INSERT INTO markets (id, question, outcomes, outcome_prices, tokens, winner, event_id, "
        "closed, createdAt, closedTime, end_date, resolution_status, version) VALUES "
        "('M1', 'Will A?', ['Yes', 'No'], [1, 0], ['Y1', 'N1'], 'Yes', 'E1', true, '2026-06-01 "
        "00:00:00', '2026-06-10 18:00:00', '2026-06-30 12:00:00', 'resolved', 1), "
        "('M2', 'Will B win?', ['Yes', 'No'], [0, 1], ['Y2', 'N2'], 'No', 'E2', true, '2026-06-02 "
        "00:00:00', '2026-06-11 00:00:00', '2026-06-09 00:00:00', 'resolved', 1), "
        "('M3', 'Draw?', ['Yes', 'No'], [0.5, 0.5], ['Y3', 'N3'], '', 'E3', true, '2026-06-02 "
        "00:00:00', '2026-06-08 06:00:00', '2026-06-08 00:00:00', 'resolved', 1)");
    Change(
        "INSERT INTO polymarket_events (id, title, tags, markets_count, version) VALUES "
        "('E1', 'A', ['Politics', 'Trump'], 1, 1), ('E2', 'B', ['Sports', 'NBA'], 1, 1), "
        "('E3', 'C', ['Politics', 'Sports'], 1, 1)");
  }

  static std::vector<Fill> TradesOfW() {
    return {
        {100, 1, "2026-06-01 10:00:00", "bob", "alice", "BUY", "N1", "40", "100", "mint"},
        {100, 2, "2026-06-01 10:00:00", "alice", "EX", "BUY", "Y1", "60", "100", "taker"},
        {200,
         1,
         "2026-06-02 09:00:00",
         "alice",
         "carol",
         "SELL",
         "Y1",
         "21",
         "30",
         "complementary"},
        {200, 2, "2026-06-02 09:00:00", "dan", "carol", "BUY", "N1", "5.6", "20", "mint"},
        {200, 3, "2026-06-02 09:00:00", "carol", "EX", "BUY", "Y1", "35.4", "50", "taker", "0.5"},
        {300, 1, "2026-06-03 09:00:00", "alice", "bob", "SELL", "Y1", "45", "60", "merge"},
        {300, 2, "2026-06-03 09:00:00", "bob", "EX", "SELL", "N1", "15", "60", "taker"},
        {350, 1, "2026-06-07 00:00:00", "gina", "frank", "BUY", "N2", "20", "100", "mint"},
        {350, 2, "2026-06-07 00:00:00", "frank", "EX", "BUY", "Y2", "80", "100", "taker"},
        {351, 1, "2026-06-07 00:00:02", "gina", "frank", "BUY", "N3", "7", "10", "mint"},
        {351, 2, "2026-06-07 00:00:02", "frank", "EX", "BUY", "Y3", "3", "10", "taker"},
        {390, 1, "2026-06-10 06:00:00", "hank", "frank", "BUY", "Y2", "2", "100", "complementary"},
        {390, 2, "2026-06-10 06:00:00", "frank", "EX", "SELL", "Y2", "2", "100", "taker"},
        {400,
         1,
         "2026-06-10 12:00:00",
         "carol",
         "erin",
         "SELL",
         "Y1",
         "9.9",
         "10",
         "complementary"},
        {400, 2, "2026-06-10 12:00:00", "erin", "EX", "BUY", "Y1", "9.9", "10", "taker"},
    };
  }

  static void StoreW() {
    StoreMarketsOfW();
    Store(TradesOfW());
  }

  /// A market that is not settled, whose last price is of its second outcome and of an earlier
  /// month than the trade with a wallet that the chain has taken back; and one that nobody trades.
  static void StoreOpenMarkets() {
    Change(
        "INSERT INTO markets (id, question, outcomes, tokens, version) VALUES ('M5', 'Open?', "
        "['Yes', 'No'], ['Y5', 'N5'], 1), ('M6', 'Quiet?', ['Yes', 'No'], ['Y6', 'N6'], 1)");
    const std::vector<Fill> taken_back = {
        {530, 1, "2026-07-02 10:00:00", "uma", "ivy", "BUY", "Y5", "9", "10", "complementary"},
        {520, 3, "2026-06-20 10:00:00", "uma", "ivy", "BUY", "Y5", "1", "10", "complementary"}};
    Store({{510, 1, "2026-05-20 10:00:00", "ivy", "max", "BUY", "Y5", "6", "10", "complementary"},
           {510, 2, "2026-05-20 10:00:00", "max", "EX", "SELL", "Y5", "6", "10", "taker"},
           {520, 1, "2026-06-20 10:00:00", "max", "jon", "BUY", "N5", "3", "10", "complementary"},
           {520, 2, "2026-06-20 10:00:00", "jon", "EX", "SELL", "N5", "3", "10", "taker"}});
    Store(taken_back);
    // Dust is no price.
    Store({{525,
            1,
            "2026-06-21 10:00:00",
            "jon",
            "max",
            "BUY",
            "Y5",
            "0.004",
            "0.005",
            "complementary"}});
  }
  static void TakeBackOpenMarkets() {
    Store({{530, 1, "2026-07-02 10:00:00", "uma", "ivy", "BUY", "Y5", "9", "10", "complementary"},
           {520, 3, "2026-06-20 10:00:00", "uma", "ivy", "BUY", "Y5", "1", "10", "complementary"}},
          2,
          /*removed=*/true);
  }

  /// Pages of them before anything was taken back, and afterwards.
  static void ExpectPages(bool taken_back) {
    EXPECT_EQ(Ask("SELECT question, usd, contracts, matches, traders, round(last_price, 6), "
                  "first_trade, last_trade FROM market_page(market = 'M5')"),
              taken_back ? "Open? 9.004 20.005 2 3 0.7 2026-05-20 10:00:00.000 2026-06-21 "
                           "10:00:00.000"
                         : "Open? 19.004 40.005 2 4 0.9 2026-05-20 10:00:00.000 2026-07-02 "
                           "10:00:00.000");
    EXPECT_EQ(Ask("SELECT token_id, shares, cash, round(mark, 6), settled, round(pnl, 6), fills, "
                  "question FROM wallet_page(wallet = 'MAX') ORDER BY token_id"),
              taken_back ? "N5 10 -3 0.3 false 0 1 Open?; Y5 -10 6 0.7 false -1 1 Open?"
                         : "N5 10 -3 0.1 false -2 1 Open?; Y5 -10 6 0.9 false -3 1 Open?");
    EXPECT_EQ(Ask("SELECT count() FROM wallet_page(wallet = 'uma')"), taken_back ? "0" : "1");
    EXPECT_EQ(Ask("SELECT usd, traders, last_price, last_trade FROM market_page(market = 'M6')"),
              "0 0 \\N \\N");
  }

  /// The rows of an answer, joined by "; ", their columns by spaces.
  static std::string Ask(const std::string& sql) {
    const auto posted = Post(sql);
    EXPECT_EQ(posted.status, 200) << sql;
    std::string answer = posted.body.substr(0, posted.body.find_last_not_of('\n') + 1);
    for (auto at = answer.find('\n'); at != std::string::npos; at = answer.find('\n', at)) {
      answer.replace(at, 1, "; ");
    }
    for (char& each : answer) each = each == '\t' ? ' ' : each;
    return answer;
  }

  static const Polyhouse& polyhouse() { return *polyhouse_; }

 private:
  static inline std::unique_ptr<ScratchDir> dir_;
  static inline std::unique_ptr<Polyhouse> polyhouse_;
  static inline std::unique_ptr<ChildProcess> engine_;
};

using Example = std::pair<std::string, std::string>;

/// Every answer about world W.
const std::vector<Example>& ExamplesOfW() {
  static const std::vector<Example> examples = {
      // 1: volume, and what it is taken for.
      {"SELECT market_id, usd, contracts, usd_as_polymarket, matches, traders FROM market_stats "
       "ORDER BY market_id",
       "M1 120.3 220 120.3 4 5; M2 82 200 82 2 3; M3 3 10 3 1 2"},
      {"SELECT market_id, sum(maker_usd) FROM trade_legs GROUP BY market_id ORDER BY market_id",
       "M1 121.5; M2 22; M3 7"},
      {"SELECT day, usd_volume FROM market_volume_daily WHERE market_id = 'M1' ORDER BY day",
       "2026-06-01 60; 2026-06-02 35.4; 2026-06-03 15; 2026-06-10 9.9"},
      {"SELECT usd, contracts, matches, traders, round(last_price, 6), net_minted_on_exchange FROM "
       "market_page(market = 'M1')",
       "120.3 220 4 5 0.99 60"},
      {"SELECT usd, contracts, matches, traders, round(last_price, 6), net_minted_on_exchange FROM "
       "market_page(market = 'M3')",
       "3 10 1 2 0.3 10"},
      // 2: open interest.
      {"SELECT market_id, net_minted_on_exchange FROM open_interest ORDER BY market_id",
       "M1 60; M2 100; M3 10"},
      // 3: candles, of the first outcome and mirrored of the other.
      {"SELECT toDate(start) AS day, round(open, 6), round(high, 6), round(low, 6), round(close, "
       "6), usd, contracts, trades FROM candles(token = 'Y1', step = 86400) ORDER BY day",
       "2026-06-01 0.6 0.6 0.6 0.6 60 100 1; 2026-06-02 0.7 0.72 0.7 0.72 35.4 50 2; "
       "2026-06-03 0.75 0.75 0.75 0.75 15 60 1; 2026-06-10 0.99 0.99 0.99 0.99 9.9 10 1"},
      {"SELECT toDate(day), round(open, 6), round(high, 6), round(low, 6), round(close, 6), usd, "
       "contracts, trades FROM candles_1d WHERE token_id = 'N1' AND day = '2026-06-02'",
       "2026-06-02 0.3 0.3 0.28 0.28 35.4 50 2"},
      {"SELECT start, round(close, 6), usd FROM candles_1h WHERE token_id = 'Y1' AND start < "
       "'2026-06-03' ORDER BY start",
       "2026-06-01 10:00:00 0.6 60; 2026-06-02 09:00:00 0.72 35.4"},
      {"SELECT start, round(close, 6), usd FROM candles_1m WHERE token_id = 'N1' AND start < "
       "'2026-06-03' ORDER BY start",
       "2026-06-01 10:00:00 0.4 60; 2026-06-02 09:00:00 0.28 35.4"},
      // 4: average prices.
      {"SELECT round(twap, 6) FROM average_prices(token = 'Y1', since = '2026-06-01 10:00:00', "
       "until = '2026-06-03 10:00:00')",
       "0.663125"},
      {"SELECT round(vwap, 6), last FROM average_prices(token = 'Y1', since = '2026-06-01 "
       "00:00:00', until = '2026-07-01 00:00:00')",
       "0.683182 0.99"},
      {"SELECT * FROM average_prices(token = 'Y1', since = '2020-01-01 00:00:00', until = "
       "'2020-02-01 00:00:00')",
       "\\N \\N \\N"},
      // 6: prices before the end.
      {"SELECT market_id, p, age_hours FROM prices_before_close(hours = 24) ORDER BY market_id",
       "M1 0.75 153; M2 0.8 24"},
      {"SELECT market_id, round(p, 6) FROM prices_before_close(hours = 12) ORDER BY market_id",
       "M1 0.75; M2 0.8; M3 0.3"},
      // 7: calibration.
      {"SELECT bin, markets, round(forecast, 6), happened, round(brier, 6) FROM "
       "calibration(hours = 24) ORDER BY bin",
       "0.7 1 0.75 1 0.0625; 0.8 1 0.8 0 0.64"},
      {"SELECT markets, round(brier, 6), brier_of_base_rate FROM calibration_score(hours = 24)",
       "2 0.35125 0.25"},
      // 8 and 9: positions.
      {"SELECT token_id, shares, cash FROM wallet_positions WHERE wallet = 'alice'", "Y1 10 6"},
      {"SELECT shares, cash FROM wallet_positions WHERE wallet = 'carol'", "40 -26"},
      {"SELECT shares, cash FROM wallet_positions WHERE wallet = 'frank' AND token_id = 'Y2'",
       "0 -78"},
      {"SELECT wallet, held, round(average_cost, 6), round(realised, 6) FROM wallet_positions "
       "WHERE wallet IN ('alice', 'bob', 'carol') ORDER BY wallet",
       "alice 10 0.6 12; bob 40 0.4 -9; carol 40 0.708 2.82"},
      // 10: profit. All of it comes to the fees.
      {"SELECT wallet, round(settled_pnl, 6), open_pnl FROM wallet_pnl ORDER BY settled_pnl DESC",
       "gina 78 0; alice 16 0; carol 14 0; erin 0.1 0; hank -2 0; dan -5.6 0; bob -25 0; "
       "frank -76 0"},
      {"SELECT round(sum(total_pnl), 6) FROM wallet_pnl", "-0.5"},
      {"SELECT token_id, shares, cash, mark, settled, round(pnl, 6), usd, fills FROM "
       "wallet_page(wallet = 'FRANK') ORDER BY token_id",
       "Y2 0 -78 0 true -78 82 2; Y3 10 -3 0.5 true 2 3 1"},
      // 11: leaderboards.
      {"SELECT wallet, volume_usd FROM leaderboard(since = '1970-01-01 00:00:00') ORDER BY "
       "volume_usd DESC",
       "alice 126; frank 85; bob 55; carol 45.3; gina 27; erin 9.9; dan 5.6; hank 2"},
      {"SELECT wallet, volume_shares FROM leaderboard(since = '1970-01-01 00:00:00') ORDER BY "
       "volume_shares DESC LIMIT 1",
       "frank 210"},
      {"SELECT wallet, profit FROM leaderboard(since = '1970-01-01 00:00:00') ORDER BY profit "
       "DESC LIMIT 1",
       "gina 78"},
      // Markets that closed since the 11th: M2 alone.
      {"SELECT wallet, volume_usd, profit FROM leaderboard(since = '2026-06-11 00:00:00') ORDER "
       "BY profit DESC",
       "gina 0 80; hank 0 -2; frank 0 -78"},
      // 12: new and returning wallets.
      {"SELECT day, new, returning FROM wallets_daily ORDER BY day",
       "2026-06-01 2 0; 2026-06-02 2 1; 2026-06-03 0 2; 2026-06-07 2 0; 2026-06-10 2 2"},
      // 13: whales and concentration.
      {"SELECT wallet, usd, taker FROM whale_orders WHERE usd >= 50 ORDER BY usd DESC",
       "frank 80 true; alice 60 true"},
      {"SELECT wallets, round(top1, 6), round(hhi, 6), top10 FROM concentration",
       "8 0.354132 0.229399 1"},
      // 14: fees.
      {"SELECT day, fees_usd FROM fees_daily WHERE fees_usd != 0", "2026-06-02 0.5"},
      // 15: makers.
      {"SELECT wallet, round(maker_share, 6) FROM maker_share ORDER BY wallet",
       "alice 0.473684; bob 0.625; carol 0.166667; dan 1; erin 0; frank 0; gina 1; hank 1"},
      {"SELECT round(share_of_liquidity, 6) FROM maker_share WHERE wallet = 'gina'", "0.255814"},
      // 16: an honest pair scores high.
      {"SELECT traded, round_trip, round(closed_share, 4) FROM trading_pairs WHERE wallet_a = "
       "'alice' AND wallet_b = 'bob'",
       "160 0.75 0.8421"},
      // 18: how long it takes.
      {"SELECT markets, life_days, delay_hours, round(early, 4), past_end_and_open FROM "
       "resolution_times",
       "3 9 6 0.3333 0"},
      // 20: tags and categories.
      {"SELECT category, usd, round(share, 3) FROM category_volume ORDER BY usd DESC",
       "Politics 120.3 0.586; Sports 85 0.414"},
      {"SELECT tag, usd FROM tag_stats ORDER BY usd DESC",
       "Politics 123.3; Trump 120.3; Sports 85; NBA 82"},
      // 21: movers.
      {"SELECT market_id, round(move, 6), usd FROM movers(until = '2026-06-10 13:00:00', hours = "
       "24) ORDER BY abs(move) DESC",
       "M2 -0.78 2; M1 0.24 9.9"},
      // 22: upsets.
      {"SELECT market_id, round(winner_price, 6) FROM upsets(hours = 24) ORDER BY winner_price",
       "M2 0.2; M1 0.75"},
  };
  return examples;
}

TEST_F(Analytics, GiveTheWorkedExamples) {
  StoreW();

  for (const auto& [sql, answer] : ExamplesOfW()) EXPECT_EQ(Ask(sql), answer) << sql;
}

/// Replayed, late, replaced by the chain and stored again: the same answers.
TEST_F(Analytics, AreTheSameAfterReplayLateRowsAndReorganisations) {
  StoreMarketsOfW();
  auto fills = TradesOfW();
  const std::vector<Fill> late(fills.begin(), fills.begin() + 3);
  const std::vector<Fill> first(fills.begin() + 3, fills.end());
  Store(first);
  Store({{400, 7, "2026-06-10 12:30:00", "zoe", "yan", "BUY", "Y1", "50", "100", "mint"},
         {352, 1, "2026-06-07 03:00:00", "zoe", "yan", "BUY", "N3", "5", "10", "mint"}});
  Store(first, 2);
  Store({{400, 7, "2026-06-10 12:30:00", "zoe", "yan", "BUY", "Y1", "50", "100", "mint"},
         {352, 1, "2026-06-07 03:00:00", "zoe", "yan", "BUY", "N3", "5", "10", "mint"}},
        2,
        true);
  Store(late);
  Store(late);

  for (const auto& [sql, answer] : ExamplesOfW()) EXPECT_EQ(Ask(sql), answer) << sql;
}

/// By the newest price of both outcomes, and by the wallets whose trades stand.
TEST_F(Analytics, TellOpenMarketsOnPages) {
  StoreOpenMarkets();
  ExpectPages(/*taken_back=*/false);
  TakeBackOpenMarkets();
  ExpectPages(/*taken_back=*/true);
}

TEST_F(Analytics, TellTheTradedSpreadByWhoCrossedTheBook) {
  Change(
      "INSERT INTO markets (id, outcomes, tokens, version) VALUES ('M9', ['Yes', 'No'], ['Y9', "
      "'N9'], 1)");
  const std::string at = "2026-06-05 12:00:0";
  Store({{501, 1, at + "1", "mm", "t", "SELL", "Y9", "5.3", "10", "complementary"},
         {502, 1, at + "2", "mm", "t", "BUY", "Y9", "5", "10", "complementary"},
         {503, 1, at + "3", "mm", "t", "BUY", "N9", "4.8", "10", "mint"},
         {504, 1, at + "4", "mm", "t", "SELL", "N9", "4.9", "10", "merge"}});

  EXPECT_EQ(Ask("SELECT market_id, round(ask, 6), round(bid, 6), round(spread, 6) FROM "
                "traded_spreads"),
            "M9 0.525 0.505 0.02");
}

TEST_F(Analytics, FindPairsThatTradeWithThemselves) {
  const std::string at = "2026-06-05 12:00:0";
  Store({{501, 1, at + "1", "x", "y", "SELL", "Y9", "50", "100", "complementary"},
         {502, 1, at + "2", "y", "x", "SELL", "Y9", "50.1", "100", "complementary"},
         {503, 1, at + "3", "x", "y", "SELL", "Y9", "50", "100", "complementary"},
         {504, 1, at + "4", "x", "y", "BUY", "Y9", "50.1", "100", "complementary"},
         {505, 1, at + "5", "mm", "x", "SELL", "Y9", "5", "10", "complementary"},
         {506, 1, at + "6", "mm", "z", "BUY", "Y9", "24.5", "50", "complementary"}});

  EXPECT_EQ(Ask("SELECT wallet_a, wallet_b, traded, round_trip, round(closed_share, 4) FROM "
                "trading_pairs ORDER BY traded DESC"),
            "x y 400 1 0.9756; mm z 50 0 0.8333; mm x 10 0 0.0244");
}

TEST_F(Analytics, SeeArbitrageOnlyWhereAllMarketsOfAnEventWereAskedFor) {
  Change(
      "INSERT INTO polymarket_events (id, title, markets_count, neg_risk, version) VALUES ('E9', "
      "'Who?', 3, true, 1)");
  Change(
      "INSERT INTO markets (id, outcomes, outcome_prices, tokens, event_id, neg_risk, version) "
      "SELECT 'M' || c, ['Yes', 'No'], [0, 0], ['Y' || c, 'N' || c], 'E9', true, 1 FROM "
      "values('c String', 'a', 'b', 'c')");
  const std::string at = "2026-06-05 12:00:0";
  const std::vector<Fill> fills = {
      {501, 1, at + "1", "mm", "t", "SELL", "Ya", "4.5", "10", "complementary"},
      {502, 1, at + "2", "mm", "t", "SELL", "Yb", "3.5", "10", "complementary"},
      {503, 1, at + "3", "mm", "t", "BUY", "Nc", "8.3", "10", "complementary"}};
  Store(fills);

  EXPECT_EQ(Ask("SELECT event_id, legs, round(buy_all_yes, 6) FROM event_arbitrage"), "E9 3 0.97");
  EXPECT_EQ(Ask("SELECT priced, round(yes_sum, 6) FROM event_overview"), "3 0.97");
  Store({fills.back()}, 2, true);
  EXPECT_EQ(Ask("SELECT * FROM event_arbitrage"), "");
}

TEST_F(Analytics, CountDisputesThatWereSeen) {
  const std::string row = "INSERT INTO markets (id, resolution_status, closed, version) VALUES ";
  Change(row +
         "('A', '', false, 1780272000000), ('A', 'proposed', false, 1780358400000), ('A', "
         "'disputed', false, 1780444800000), ('A', 'resolved', true, 1780617600000), ('B', "
         "'proposed', false, 1780272000000), ('B', 'resolved', true, 1780358400000), ('C', "
         "'disputed', false, 1780272000000)");

  EXPECT_EQ(Ask("SELECT settled, disputed, rate, pending FROM disputes"), "2 1 0.5 1");
}

/// Profit is right although splits and conversions are not in fills; of a conversion only for the
/// event as a whole.
TEST_F(Analytics, KnowProfitWithoutSeeingSplitsAndConversions) {
  Change(
      "INSERT INTO markets (id, outcomes, outcome_prices, tokens, winner, event_id, neg_risk, "
      "closed, resolution_status, version) VALUES "
      "('M', ['Yes', 'No'], [1, 0], ['Y', 'N'], 'Yes', 'E', false, true, 'resolved', 1), "
      "('MA', ['Yes', 'No'], [0, 1], ['YA', 'NA'], 'No', 'EE', true, true, 'resolved', 1), "
      "('MB', ['Yes', 'No'], [0, 1], ['YB', 'NB'], 'No', 'EE', true, true, 'resolved', 1), "
      "('MC', ['Yes', 'No'], [1, 0], ['YC', 'NC'], 'Yes', 'EE', true, true, 'resolved', 1)");
  const std::string at = "2026-06-05 12:00:0";
  Store({{501, 1, at + "1", "sam", "EX", "SELL", "Y", "60", "100", "taker"},
         {502, 1, at + "2", "sam", "EX", "SELL", "N", "45", "100", "taker"},
         {503, 1, at + "3", "nora", "EX", "BUY", "NA", "6", "10", "taker"},
         {504, 1, at + "4", "nora", "EX", "BUY", "NB", "7", "10", "taker"},
         {505, 1, at + "5", "nora", "EX", "SELL", "YC", "2.5", "10", "taker"}});

  EXPECT_EQ(Ask("SELECT wallet, round(total_pnl, 6) FROM wallet_pnl ORDER BY wallet"),
            "nora -0.5; sam 5");
  EXPECT_EQ(Ask("SELECT market_id, round(sum(pnl), 6) FROM wallet_token_pnl WHERE wallet = 'nora' "
                "GROUP BY market_id ORDER BY market_id"),
            "MA 4; MB 3; MC -7.5");
}

/// A real match of both kinds (0x15634482…), a taker whose row overstates what it paid, and a fee
/// that was taken in shares.
TEST_F(Analytics, CountWhatATakerPaidByItsMakers) {
  Store({{61758069,
          1,
          "2024-09-13 02:45:50",
          "0x255c",
          "0x9d56",
          "BUY",
          "YR",
          "154.3136",
          "551.12",
          "complementary",
          "0",
          "token",
          "v1"},
         {61758069,
          2,
          "2024-09-13 02:45:50",
          "0xa00f",
          "0x9d56",
          "SELL",
          "NR",
          "36",
          "50",
          "merge",
          "0",
          "collateral",
          "v1"},
         {61758069,
          3,
          "2024-09-13 02:45:50",
          "0x9d56",
          "0xc5d5",
          "SELL",
          "YR",
          "168.3136",
          "601.12",
          "taker",
          "0",
          "collateral",
          "v1"},
         {2,
          1,
          "2024-09-13 02:45:50",
          "bob",
          "al",
          "BUY",
          "NS",
          "4",
          "10",
          "mint",
          "0",
          "token",
          "v1"},
         {2,
          2,
          "2024-09-13 02:45:50",
          "al",
          "EX",
          "BUY",
          "YS",
          "6.5",
          "10",
          "taker",
          "0.2",
          "token",
          "v1"}});

  EXPECT_EQ(Ask("SELECT market_id, sum(taker_usd), sum(shares) FROM trade_legs GROUP BY market_id "
                "ORDER BY market_id"),
            "MR 168.3136 601.12; MS 6 10");
  EXPECT_EQ(Ask("SELECT sumIf(usd_amount, is_taker_leg), sum(usd_amount) FROM trades_current "
                "WHERE market_id = 'MS'"),
            "6.5 10.5");
  EXPECT_EQ(Ask("SELECT wallet, shares, cash FROM wallet_positions WHERE market_id = 'MS' ORDER "
                "BY wallet"),
            "al 9.8 -6.5; bob 10 -4");
  EXPECT_EQ(Ask("SELECT round(sum(fees_usd), 6) FROM fees_daily"), "0.13");
}

/// What an operator filled without a match was paid too; Polymarket's own sum has no row for it.
TEST_F(Analytics, CountWhatWasFilledDirectly) {
  Change(
      "INSERT INTO markets (id, outcomes, tokens, version) VALUES ('MD', ['Yes', 'No'], ['YD', "
      "'ND'], 1)");
  const std::string at = "2024-01-02 10:00:0";
  Store({{3, 1, at + "0", "al", "op", "BUY", "YD", "4", "10", "direct", "0", "token", "v1"},
         {4, 1, at + "1", "bob", "cy", "BUY", "ND", "3", "10", "mint", "0", "token", "v1"},
         {4, 2, at + "1", "cy", "EX", "BUY", "YD", "7", "10", "taker", "0", "token", "v1"}});

  EXPECT_EQ(Ask("SELECT usd, contracts, usd_as_polymarket, matches, traders FROM market_stats"),
            "11 20 7 1 3");
  EXPECT_EQ(Ask("SELECT usd, matches FROM market_page(market = 'MD')"), "11 1");
  EXPECT_EQ(Ask("SELECT day, usd_volume, matches FROM market_volume_daily"), "2024-01-02 7 1");
  EXPECT_THAT(polyhouse().Run({"ask", "volume", "--since", "2024-01-01", "--csv"}).out,
              HasSubstr("\n\"2024-01-02\",11,20,1\n"));
}

/// 1.001 is a little less in a double, and was 1.000999 as a decimal.
TEST_F(Analytics, LoseNoMillionthOfAFee) {
  StoreMarketsOfW();
  Store({{501, 1, "2026-06-05 12:00:01", "al", "EX", "BUY", "Y1", "65", "100", "taker", "1.001"},
         {502,
          1,
          "2026-06-05 12:00:02",
          "al",
          "EX",
          "BUY",
          "Y2",
          "65",
          "100",
          "taker",
          "1.54",
          "token",
          "v1"}});

  EXPECT_EQ(Ask("SELECT market_id, fees_usd FROM market_stats ORDER BY market_id"),
            "M1 1.001; M2 1.001");
  EXPECT_EQ(Ask("SELECT sum(fees_usd) FROM wallet_days WHERE wallet = 'al'"), "2.002");
}

/// While its market is unknown, a trade has no side of a market: its price is no price of the first
/// outcome.
TEST_F(Analytics, DoNotGuessTheOutcomeOfAnUnknownMarket) {
  Change(
      "INSERT INTO trades (timestamp, maker, taker, maker_direction, price, usd_amount, "
      "token_amount, transactionHash, token_id, match_type, block_number, version) VALUES "
      "('2026-06-01 10:00:00', 'a', 'b', 'BUY', 0.1, '10', '100', 'tx1', 'U', 'complementary', 1, "
      "1)");

  EXPECT_EQ(Ask("SELECT price, p0, lifts_ask FROM trade_legs"), "0.1 \\N \\N");
  EXPECT_EQ(Ask("SELECT close FROM candles(token = 'U', step = 3600)"), "0.1");
  EXPECT_EQ(Ask("SELECT * FROM last_prices"), "");
  EXPECT_EQ(Ask("SELECT category, usd FROM category_volume"), "Other 10");

  Change(
      "INSERT INTO markets (id, outcomes, tokens, version) VALUES ('MU', ['Yes', 'No'], ['V', "
      "'U'], 1)");
  EXPECT_EQ(Ask("SELECT market_id, round(p0, 6) FROM last_prices"), "MU 0.9");
  EXPECT_EQ(Ask("SELECT round(close, 6) FROM candles(token = 'V', step = 3600)"), "0.9");
}

/// The API gives some markets tokens of two kinds.
TEST_F(Analytics, CountAMarketWithTwoKindsOfTokensOnce) {
  Change(
      "INSERT INTO markets (id, question, outcomes, outcome_prices, tokens, position_ids, winner, "
      "closed, createdAt, closedTime, end_date, resolution_status, version) VALUES ('M', '', "
      "['Yes', 'No'], [1, 0], ['Y', 'N'], ['p1', 'p2'], 'Yes', true, '2026-06-01 00:00:00', "
      "'2026-06-10 18:00:00', '2026-06-30 12:00:00', 'resolved', 1)");
  Store({{501, 1, "2026-06-05 12:00:00", "mm", "t", "SELL", "Y", "6", "10", "complementary"}});
  Change(
      "INSERT INTO trades SELECT * REPLACE ('p2' AS token_id, 'token2' AS nonusdc_side, 2 AS "
      "log_index, 0.3 AS price, 3 AS usd_amount) FROM trades");

  EXPECT_EQ(Ask("SELECT markets FROM calibration_score(hours = 24)"), "1");
  EXPECT_EQ(Ask("SELECT sum(markets) FROM calibration(hours = 24)"), "1");
  EXPECT_EQ(Ask("SELECT round(winner_price, 6) FROM upsets(hours = 24)"), "0.7");
  EXPECT_EQ(Ask("SELECT usd FROM market_stats"), "9");
  EXPECT_EQ(Ask("SELECT token_id, mark FROM token_marks ORDER BY token_id"),
            "N 0; Y 1; p1 1; p2 0");
  EXPECT_THAT(polyhouse().Run({"ask", "price", "M", "--since", "2026-06-01", "--csv"}).out,
              HasSubstr("\"2026-06-05\",0.6,0.7,0.6,0.7,9,2"));
}

/// Markets of the second protocol have one kind of tokens, in both columns: profits of wallets were
/// twice what they are.
TEST_F(Analytics, PayTokensThatStandInBothColumnsOnce) {
  Change(
      "INSERT INTO markets (id, outcomes, outcome_prices, tokens, position_ids, winner, closed, "
      "resolution_status, version) VALUES ('M', ['Yes', 'No'], [1, 0], ['Y', 'N'], ['Y', 'N'], "
      "'Yes', true, 'resolved', 1)");
  Store({{501, 1, "2026-06-05 12:00:00", "al", "t", "BUY", "Y", "6", "10", "complementary"}});

  EXPECT_EQ(Ask("SELECT token_id, mark FROM token_marks ORDER BY token_id"), "N 0; Y 1");
  EXPECT_EQ(Ask("SELECT wallet, settled_pnl FROM wallet_pnl"), "al 4");
  EXPECT_EQ(Ask("SELECT token_id, pnl FROM wallet_page(wallet = 'al')"), "Y 4");
  EXPECT_EQ(Ask("SELECT usd, contracts FROM market_page(market = 'M')"), "6 10");
}

/// Two records that name one token: it belongs to the one that was seen last, in all answers.
TEST_F(Analytics, GiveATokenToOneMarket) {
  Change(
      "INSERT INTO markets (id, outcomes, outcome_prices, tokens, winner, closed, "
      "resolution_status, version) VALUES ('M', ['Yes', 'No'], [1, 0], ['Y', 'N'], 'Yes', true, "
      "'resolved', 1), ('M7', ['Yes', 'No'], [1, 0], ['Y', 'N'], 'Yes', true, 'resolved', 2)");
  Store({{501, 1, "2026-06-05 12:00:00", "mm", "t", "BUY", "Y", "6", "10", "complementary"}});

  EXPECT_EQ(Ask("SELECT wallet, market_id, pnl FROM wallet_token_pnl"), "mm M7 4");
  EXPECT_EQ(Ask("SELECT market_id, pnl FROM wallet_page(wallet = 'mm')"), "M7 4");
}

/// Less than 0.01 share makes no price, and no volume of a candle, whoever makes it.
/// Dust is no price. What a wallet has none of any more needs none.
TEST_F(Analytics, KnowProfitWithoutAPriceWhereNothingIsLeft) {
  Store({{640, 1, "2026-06-01 10:00:00", "dot", "EX", "BUY", "Y9", "0.004", "0.005", "taker"},
         {641, 1, "2026-06-01 10:00:01", "dot", "EX", "SELL", "Y9", "0.003", "0.005", "taker"},
         {642, 1, "2026-06-01 10:00:02", "dot", "EX", "BUY", "N9", "0.001", "0.005", "taker"}});

  EXPECT_EQ(Ask("SELECT token_id, shares, mark, pnl FROM wallet_page(wallet = 'dot') ORDER BY "
                "token_id"),
            "N9 0.005 \\N \\N; Y9 0 \\N -0.001");
}

TEST_F(Analytics, LeaveDustOutOfCandles) {
  StoreMarketsOfW();
  Store({{501, 1, "2026-06-05 12:00:00", "mm", "t", "SELL", "Y1", "6", "10", "complementary"},
         {502,
          1,
          "2026-06-05 12:00:10",
          "mm",
          "t",
          "SELL",
          "Y1",
          "0.009",
          "0.009",
          "complementary"}});

  for (const std::string candles : {"candles(token = 'Y1', step = 3600)",
                                    "candles_1m WHERE token_id = 'Y1'",
                                    "candles_1h WHERE token_id = 'Y1'",
                                    "candles_1d WHERE token_id = 'Y1'"}) {
    EXPECT_EQ(Ask("SELECT high, usd, contracts, trades FROM " + candles), "0.6 6 10 1") << candles;
  }
}

/// Labels, tokens and prices of records that do not fit each other.
TEST_F(Analytics, SurviveMarketsThatDoNotFit) {
  Change(
      "INSERT INTO markets (id, outcomes, outcome_prices, tokens, winner, closed, "
      "resolution_status, version) VALUES "
      "('A', ['Yes'], [1, 0], ['a1', 'a2'], 'Yes', true, 'resolved', 1), "
      "('B', [], [], ['b1', 'b2'], 'x', true, 'resolved', 1), "
      "('C', ['Yes', 'No'], [1, 0], [], 'Yes', true, 'resolved', 1), "
      "('D', ['A', 'B', 'C'], [0, 1, 0], ['d1', 'd2', 'd3'], 'B', true, 'resolved', 1), "
      "('E', ['Yes', 'No'], [0, 1], ['', 'e2'], 'No', true, 'resolved', 1)");

  EXPECT_EQ(Ask("SELECT token_id, market_id, outcome_index, outcome, sibling FROM "
                "market_tokens_current ORDER BY token_id"),
            "a1 A 1 Yes a2; a2 A 2  a1; b1 B 1  b2; b2 B 2  b1; d1 D 1 A ; d2 D 2 B ; d3 D 3 C ; "
            "e2 E 2 No ");
  EXPECT_EQ(Ask("SELECT token_id, payout FROM payouts ORDER BY token_id"),
            "a1 1; a2 0; d1 0; d2 1; d3 0; e2 1");
}

TEST_F(Analytics, AreAskedByName) {
  StoreW();
  const std::string wallet = "0xabcdef0123456789abcdef0123456789abcdef01";
  Store({{410,
          1,
          "2026-06-10 13:00:00",
          wallet,
          "erin",
          "BUY",
          "Y1",
          "1234567.8",
          "2000000",
          "complementary"}});
  Change(
      "INSERT INTO markets (id, question, market_slug, outcomes, tokens, version) VALUES ('M4', "
      "'2024', 'will-it-rain-in-paris', ['Yes', 'No'], ['Y4', 'N4'], 1)");
  const auto ask = [](std::vector<std::string> words) {
    words.insert(words.begin(), "ask");
    return polyhouse().Run(std::move(words));
  };

  for (const Question& question : Questions()) {
    std::vector<std::string> words = {std::string(question.name)};
    if (question.subject == QuestionSubject::kMarket) words.emplace_back("M1");
    if (question.subject == QuestionSubject::kWallet) words.push_back(wallet);
    if (!question.since.empty()) words.insert(words.end(), {"--since", "2026-01-01"});
    const RunResult shown = ask(words);
    EXPECT_EQ(shown.exit_code, 0) << question.name << shown.err;
    words.emplace_back("--csv");
    const RunResult exact = ask(words);
    EXPECT_EQ(exact.exit_code, 0) << question.name << exact.err;
    EXPECT_THAT(exact.out, testing::StartsWith("\"")) << question.name;
  }

  EXPECT_THAT(ask({"holdings", wallet}).err,
              AllOf(HasSubstr("--actions-enabled=true"), Not(HasSubstr("trades and actions"))));
  // There are two profits of one wallet: each says which it is.
  EXPECT_THAT(ask({"wallet", wallet}).err, HasSubstr("polyhouse ask holdings"));
  EXPECT_THAT(ask({"positions", wallet}).err, HasSubstr("by trades alone"));
  EXPECT_EQ(ask({"positions", wallet, "--json"}).err, "");
  EXPECT_EQ(ask({"activity", wallet}).err, "");
  EXPECT_THAT(ask({"wallet", "0xABCDEF0123456789abcdef0123456789abcdef01"}).out,
              HasSubstr("volume_usd          $1.2M\n"));
  EXPECT_THAT(ask({"wallet", wallet, "--json"}).out, HasSubstr(R"("volume_usd":1234567.8,)"));
  EXPECT_THAT(ask({"leaderboard", "--since", "2026-01-01", "--limit", "1", "--csv"}).out,
              HasSubstr("\n\"" + wallet + "\",765432.2,1234567.8,2000000,1\n"));
  EXPECT_EQ(ask({"resolution"}).out,
            "markets                    3\nmedian_life_days           9 days\nmedian_delay_hours   "
            "      6 "
            "h\nsoonest_tenth_delay_hours  -19.8 days\nlatest_tenth_delay_hours   2 "
            "days\nearly_share     "
            "           33.3 %\npast_end_and_open          0\n");
  EXPECT_THAT(ask({"resolution", "--csv"}).out, HasSubstr("\n3,9,6,-474,48,0.333"));
  EXPECT_THAT(ask({"disputes"}).out, HasSubstr("\ndisputed_share    0.0 %\n"));
  EXPECT_THAT(ask({"market", "will-it-rain-in-paris"}).out,
              HasSubstr("question                2024\n"));
  const RunResult sql = ask({"holders", "M1", "--sql"});
  EXPECT_EQ(Ask(sql.out).substr(0, 5), wallet.substr(0, 5));

  const RunResult near = ask({"market", "will-it-rain-in-pariss"});
  EXPECT_EQ(near.exit_code, 2);
  EXPECT_THAT(near.err, HasSubstr("near it are will-it-rain-in-paris"));
  EXPECT_THAT(ask({"market", std::string(100'000, 'x')}).err, HasSubstr("there is no market xxx"));
  EXPECT_THAT(ask({"nothing"}).err, HasSubstr("no question nothing; polyhouse ask lists them"));
  EXPECT_THAT(ask({"leaderbord"}).err, HasSubstr("did you mean leaderboard?"));
  EXPECT_THAT(ask({"wallet"}).err, HasSubstr("give its address"));
  EXPECT_THAT(ask({"wallet", "0x12"}).err, HasSubstr("is no wallet"));
  EXPECT_THAT(ask({"volume", "M1"}).err, HasSubstr("about everything"));
  EXPECT_THAT(ask({"disputes", "--since", "7d"}).err, HasSubstr("takes no --since"));
  EXPECT_THAT(ask({"volume", "--since", "yesterday"}).err, HasSubstr("no time ago such as 24h"));
  EXPECT_THAT(ask({"volume", "--since", "2099-01-01"}).err, HasSubstr("has not come yet"));
  EXPECT_THAT(ask({"volume", "--since", "9999999999d"}).err, HasSubstr("no time ago such as 24h"));
  EXPECT_THAT(ask({"volume", "--json", "--csv"}).err, HasSubstr("choose one"));
  EXPECT_THAT(ask({}).out, HasSubstr("leaderboard [--since 7d]"));
  const RunResult nobody = ask({"wallet", "0x0000000000000000000000000000000000000000"});
  EXPECT_EQ(nobody.exit_code, 0);
  EXPECT_THAT(nobody.err, HasSubstr("nothing of that is here"));
}

TEST_F(Analytics, SayThatThereAreNoTrades) {
  const RunResult volume = polyhouse().Run({"ask", "volume"});
  EXPECT_EQ(volume.exit_code, 0);
  EXPECT_THAT(volume.err, HasSubstr("there are no trades here yet"));
}

/// Kept ready, they are the same as computed, also when rows come late, are taken back, or were
/// there before anything was kept. The last test of this suite: its database keeps from here on.
TEST_F(Analytics, AreTheSameWhenTheyAreKeptReady) {
  StoreMarketsOfW();
  const auto fills = TradesOfW();
  const std::vector<Fill> before(fills.begin(), fills.begin() + 6);
  const std::vector<Fill> after(fills.begin() + 6, fills.end());
  const std::vector<Fill> replaced = {
      {400, 7, "2026-06-10 12:30:00", "zoe", "yan", "BUY", "Y1", "50", "100", "mint"},
      {352, 1, "2026-06-07 03:00:00", "zoe", "yan", "BUY", "N3", "5", "10", "mint"}};
  const auto keep = [] {
    const RunResult write = polyhouse().Run({"write", "--once"});
    ASSERT_EQ(write.exit_code, 0) << write.err;
    EXPECT_EQ(write.err.find("behind the trades"), std::string::npos) << write.err;
  };
  const auto behind = [](const std::string& answer) {
    return Ask("SELECT count() FROM (SELECT * EXCEPT of_file FROM " + answer +
               "_computed WHERE fills > 0 EXCEPT SELECT * FROM " + answer + ")");
  };
  // Either way round: a price that was taken back may be left.
  const auto wrong_months = [] {
    const std::string computed =
        "SELECT token_id, toStartOfMonth(hour) AS month, argMax(close, close_at), max(close_at) "
        "FROM token_hours_computed WHERE prints > 0 GROUP BY token_id, month, of_file";
    const std::string kept = "SELECT * FROM token_months";
    return Ask("SELECT (SELECT count() FROM (" + computed + " EXCEPT " + kept +
               ")) + (SELECT count() FROM (" + kept + " EXCEPT " + computed + "))");
  };
  Store(before);
  EXPECT_EQ(Ask("SELECT count() FROM system.tables WHERE name LIKE '%_kept'"), "0");
  const RunResult apply = polyhouse().Run(
      {"schema", "apply", "--schema-token-hours=true", "--schema-wallet-days=true"});
  ASSERT_EQ(apply.exit_code, 0) << apply.err;
  EXPECT_NE(behind("token_hours"), "0");
  EXPECT_NE(wrong_months(), "0");
  keep();
  EXPECT_EQ(behind("token_hours"), "0");
  EXPECT_EQ(behind("wallet_days"), "0");
  EXPECT_EQ(wrong_months(), "0");

  Store(after);
  Store(replaced);
  keep();
  EXPECT_EQ(Ask("SELECT usd FROM wallet_days WHERE wallet = 'zoe' ORDER BY usd"), "5; 50");
  Store(replaced, 2, /*removed=*/true);
  keep();

  EXPECT_EQ(behind("token_hours"), "0");
  EXPECT_EQ(behind("wallet_days"), "0");
  EXPECT_EQ(wrong_months(), "0");
  for (const auto& [sql, answer] : ExamplesOfW()) EXPECT_EQ(Ask(sql), answer) << sql;

  StoreOpenMarkets();
  keep();
  ExpectPages(/*taken_back=*/false);
  TakeBackOpenMarkets();
  keep();
  ExpectPages(/*taken_back=*/true);
  EXPECT_EQ(wrong_months(), "0");
  // A month of which every price was taken back is there as one without a price.
  EXPECT_EQ(Ask("SELECT month, prints FROM token_months_kept FINAL WHERE token_id = 'Y5' ORDER BY "
                "month"),
            "2026-05-01 1; 2026-06-01 0; 2026-07-01 0");

  // Days and hours that nobody asks for are left out before rows are merged.
  for (const std::string asked : {"wallet_days WHERE day", "token_hours WHERE hour"}) {
    EXPECT_THAT(Ask("EXPLAIN actions = 1 SELECT sum(usd) FROM " + asked + " >= '2026-06-03'"),
                HasSubstr("Prewhere filter"))
        << asked;
  }

  // A clock that was set back: what was kept last seems to lie in the future.
  Change(
      "INSERT INTO kept_until SELECT name, now64(6) + INTERVAL 1 HOUR, now64(6) + INTERVAL 1 "
      "HOUR, max(version) + 3600000000 FROM kept_until GROUP BY name");
  const Fill one = {420, 1, "2026-06-10 14:00:00", "zoe", "yan", "BUY", "Y1", "5", "10", "mint"};
  Store({one});
  keep();
  EXPECT_EQ(behind("token_hours"), "0");
  EXPECT_EQ(behind("wallet_days"), "0");
  EXPECT_EQ(wrong_months(), "0");

  // Undone and wanted again: from the beginning. Undone is the last; on the way pages are made of
  // what is left.
  for (const char* undone : {"0030_check_runs",
                             "0029_optional_wallet_days",
                             "0028_optional_token_hours",
                             "0027_wallets",
                             "0026_optional_wallet_days",
                             "0025_optional_token_hours",
                             "0023_pages",
                             "0022_token_actions",
                             "0019_optional_wallet_days"}) {
    const RunResult rollback = polyhouse().Run({"schema", "rollback"});
    EXPECT_THAT(rollback.out + rollback.err, HasSubstr(undone));
    EXPECT_EQ(Ask("SELECT token_id, shares, round(mark, 6) FROM wallet_page(wallet = 'max') ORDER "
                  "BY token_id"),
              "N5 10 0.3; Y5 -10 0.7")
        << undone;
  }
  EXPECT_EQ(behind("wallet_days"), "0") << "It is computed again.";
  ASSERT_EQ(polyhouse().Run({"schema", "apply", "--schema-wallet-days=true"}).exit_code, 0);
  EXPECT_NE(behind("wallet_days"), "0");
  EXPECT_NE(wrong_months(), "0");
  keep();
  EXPECT_EQ(behind("wallet_days"), "0");
  EXPECT_EQ(wrong_months(), "0");

  // What was dropped is made again, and what is made of it follows.
  int version = 0;
  for (const char* dropped : {"token_hours_kept", "token_months_kept"}) {
    Change("DROP TABLE " + std::string(dropped) + " SYNC");
    ASSERT_EQ(polyhouse().Run({"schema", "apply", "--schema-token-hours=true"}).exit_code, 0);
    keep();
    EXPECT_EQ(behind("token_hours"), "0") << dropped;
    EXPECT_EQ(wrong_months(), "0") << dropped;
    ++version;
    Store({{430, 1, "2026-06-10 15:00:00", "zoe", "yan", "BUY", "Y1", "6", "10", "mint"}},
          version,
          /*removed=*/version == 2);
    EXPECT_NE(wrong_months(), "0");
    keep();
    EXPECT_EQ(wrong_months(), "0") << dropped;
  }

  // What files say is computed beside what is kept.
  ASSERT_EQ(polyhouse().Run({"schema", "apply", "--schema-imports=true"}).exit_code, 0);
  Change(
      "INSERT INTO imported_trades (timestamp, maker, taker, maker_direction, price, usd_amount, "
      "token_amount, transactionHash, row_hash, token_id, match_type, version) VALUES "
      "('2026-06-10 14:30:00', 'ann', 'ben', 'SELL', 0.5, 500, 1000, 'txf', 1, 'Y1', "
      "'complementary', 1), ('2026-06-10 14:31:00', 'ann', 'ben', 'SELL', 0.5, 500, 1000, 'txg', "
      "1, 'Y1', 'complementary', 1)");
  EXPECT_EQ(Ask("SELECT sum(usd) FROM token_hours WHERE hour = '2026-06-10 14:00:00'"), "1005");
  EXPECT_EQ(Ask("SELECT sum(usd) FROM wallet_days WHERE wallet = 'ann'"), "1000");
  EXPECT_EQ(wrong_months(), "0");
  EXPECT_EQ(Ask("SELECT token_id, shares, cash FROM wallet_page(wallet = 'ann')"), "Y1 -2000 1000");
  EXPECT_EQ(Ask("SELECT count() FROM whale_orders WHERE usd >= 500"), "0");
  keep();
  EXPECT_EQ(Ask("SELECT sum(usd) FROM token_hours WHERE hour = '2026-06-10 14:00:00'"), "1005");
}

}  // namespace
}  // namespace polyhouse
