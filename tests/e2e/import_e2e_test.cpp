// Files of fills, trades and markets: what the simulator's chain holds, written as poly_data and
// others write it, and brought in again.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <random>
#include <thread>

#include "contract/live_engine.h"
#include "support/polyhouse_program.h"

namespace polyhouse {
namespace {

using testing::HasSubstr;
using testing::Not;

/// The chain's fills in poly_data's columns.
constexpr const char* kFillsSql =
    "SELECT toUnixTimestamp(block_time) AS timestamp, maker, maker_asset_id AS makerAssetId, "
    "maker_amount AS makerAmountFilled, taker, taker_asset_id AS takerAssetId, taker_amount AS "
    "takerAmountFilled, transaction_hash AS transactionHash FROM chain.order_fills_current ORDER "
    "BY block_number, log_index";

/// The same with every number as text, which is quoted in CSV; Parquet has no numbers of 256 bits.
std::string TextSql() {
  return "SELECT * REPLACE (toString(timestamp) AS timestamp, toString(makerAmountFilled) AS "
         "makerAmountFilled, toString(takerAmountFilled) AS takerAmountFilled) FROM (" +
         std::string(kFillsSql) + ")";
}

/// What poly_data keeps of a fill, in the names of the tables.
constexpr const char* kFillColumns =
    "block_time, transaction_hash, maker, taker, maker_asset_id, taker_asset_id, maker_amount, "
    "taker_amount";

/// The chain's trades in poly_data's columns; the market is named by this.
std::string TradesSql(const std::string& market) {
  return "SELECT formatDateTime(timestamp, '%Y-%m-%dT%H:%i:%S.000000') AS timestamp, " + market +
         " AS market_id, maker, taker, nonusdc_side, maker_direction, if(maker_direction = 'BUY', "
         "'SELL', 'BUY') AS taker_direction, price, toFloat64(usd_amount) AS usd_amount, "
         "toFloat64(token_amount) AS token_amount, transactionHash FROM chain.trades_current WHERE "
         "maker_direction != '' ORDER BY block_number, trades_current.log_index";
}

/// One engine and one chain, read once, in the database `chain`.
class World {
 public:
  World() : polyhouse_(At("chain")) {
    const Simulator simulator({"--markets", "300", "--fills", "6000"});
    const Polyhouse reader(
        engine_.data_dir(),
        simulator.url(),
        {"--database=chain", "--rpc-url=" + simulator.url() + "/rpc", "--fills-from=89990000"});
    // Without a simulator there is nothing to read; the engine of its own takes the directory.
    up_ = reader.Run({"up", "--once"});
    engine_holder_ = polyhouse_.HoldEngine();
  }

  Polyhouse At(const std::string& database) const {
    return Polyhouse(engine_.data_dir(), "http://127.0.0.1:1", {"--database=" + database});
  }
  const Polyhouse& chain() const { return polyhouse_; }
  const RunResult& up() const { return up_; }
  std::string Write(const std::string& name, const std::string& sql, const std::string& format) {
    const std::string path = files_ / name;
    WriteFile(path, chain().Query(sql, format) + (format == "Parquet" ? "" : "\n"));
    return path;
  }
  ScratchDir& files() { return files_; }

 private:
  struct Engine {
    ScratchDir dir;
    std::string data_dir() const { return dir / "data"; }
  };

  Engine engine_;
  ScratchDir files_;
  Polyhouse polyhouse_;
  RunResult up_;
  std::unique_ptr<ChildProcess> engine_holder_;
};

class Import : public testing::Test {
 protected:
  static void SetUpTestSuite() { world_ = new World; }
  static void TearDownTestSuite() { delete world_; }

  void SetUp() override { ASSERT_EQ(world_->up().exit_code, 0) << world_->up().err; }

  /// Rows that one side has more often than the other; equal fills count each.
  static std::string Differences(const Polyhouse& polyhouse, const std::string& stored) {
    const auto counted = [](const std::string& table) {
      return "(SELECT " + std::string(kFillColumns) + ", count() AS times FROM " + table +
             " GROUP BY ALL)";
    };
    const std::string chain = counted("chain.order_fills_current");
    return polyhouse.Query("SELECT count() FROM (" + chain + " EXCEPT " + counted(stored) +
                           " UNION ALL " + counted(stored) + " EXCEPT " + chain + ")");
  }

  static World* world_;
};

World* Import::world_ = nullptr;

TEST_F(Import, EveryFormatAndCompressionBringsEveryFillOnce) {
  const Polyhouse polyhouse = world_->At("formats");
  const std::string csv = world_->Write("orderFilled.csv", kFillsSql, "CSVWithNames");
  ASSERT_NE(world_->chain().Query("SELECT max(times) FROM (SELECT count() AS times FROM "
                                  "chain.order_fills_current GROUP BY block_time, "
                                  "transaction_hash, maker, taker, maker_asset_id, "
                                  "taker_asset_id, maker_amount, taker_amount)"),
            "1")
      << "There are no equal fills in this world.";
  RunToEnd({"gzip", "-k", csv});
  RunToEnd({"zstd", "-qk", csv});
  RunToEnd({"xz", "-k", csv});
  const std::vector<std::string> files = {
      csv,
      csv + ".gz",
      csv + ".zst",
      csv + ".xz",
      world_->Write("quoted.csv", TextSql(), "CSVWithNames"),
      world_->Write(
          "more.csv",
          "SELECT *, rowNumberInAllBlocks() AS number FROM (" + std::string(kFillsSql) + ")",
          "CSVWithNames"),
      world_->Write("fills.jsonl", kFillsSql, "JSONEachRow"),
      world_->Write("fills.parquet", TextSql(), "Parquet")};
  const std::string rows = world_->chain().Query("SELECT count() FROM order_fills_current");

  for (const std::string& file : files) {
    const RunResult import = polyhouse.Run({"import", "fills", file});

    EXPECT_EQ(import.exit_code, 0) << file << ": " << import.err;
    EXPECT_EQ(polyhouse.Query("SELECT count() FROM imported_fills"), rows) << file;
    EXPECT_EQ(Differences(polyhouse, "order_fills_current"), "0") << file;
    polyhouse.Run({"query", "--write", "TRUNCATE TABLE imported_fills"});
  }
}

TEST_F(Import, AnotherFileOfTheSameRowsAddsNothing) {
  const Polyhouse polyhouse = world_->At("twice");
  const std::string csv = world_->Write("one.csv", kFillsSql, "CSVWithNames");
  const std::string json = world_->Write("two.jsonl", kFillsSql, "JSONEachRow");

  const RunResult import = polyhouse.Run({"import", "fills", csv, json});

  EXPECT_EQ(import.exit_code, 0) << import.err;
  EXPECT_EQ(Differences(polyhouse, "order_fills_current"), "0");
  // And nothing is left of what waited to be counted.
  EXPECT_EQ(polyhouse.Query("SELECT count() FROM import_fills_staged"), "0");
}

TEST_F(Import, YieldsToTheChainWhicheverComesFirst) {
  const std::string csv = world_->Write("beside.csv", kFillsSql, "CSVWithNames");
  const std::string trades = world_->Write("trades.csv", TradesSql("market_id"), "CSVWithNames");
  const auto expect_truth = [](const Polyhouse& polyhouse) {
    for (const std::string table : {"order_fills", "trades"}) {
      const std::string sides =
          "(SELECT * FROM " + table + "_current EXCEPT SELECT * FROM chain." + table + "_current)";
      EXPECT_EQ(polyhouse.Query("SELECT count() FROM " + sides), "0") << table;
      EXPECT_EQ(polyhouse.Query("SELECT count() FROM " + table + "_current"),
                polyhouse.Query("SELECT count() FROM chain." + table + "_current"))
          << table;
    }
  };
  const auto backfill = [](const Polyhouse& polyhouse) {
    for (const std::string table : {"order_fills", "trades"}) {
      const RunResult insert =
          polyhouse.Run({"query",
                         "--write",
                         "INSERT INTO " + table + " SELECT * FROM chain." + table + "_current"});
      ASSERT_EQ(insert.exit_code, 0) << insert.err;
    }
  };

  const Polyhouse file_first = world_->At("file_first");
  ASSERT_EQ(file_first.Run({"import", "fills", csv}).exit_code, 0);
  ASSERT_EQ(file_first.Run({"import", "trades", trades}).exit_code, 0);
  EXPECT_EQ(Differences(file_first, "order_fills_current"), "0");
  EXPECT_NE(file_first.Query("SELECT count() FROM trades_current"), "0");
  backfill(file_first);
  expect_truth(file_first);

  const Polyhouse chain_first = world_->At("chain_first");
  ASSERT_EQ(chain_first.Run({"schema", "apply", "--schema-imports=true"}).exit_code, 0);
  backfill(chain_first);
  ASSERT_EQ(chain_first.Run({"import", "fills", csv}).exit_code, 0);
  ASSERT_EQ(chain_first.Run({"import", "trades", trades}).exit_code, 0);
  expect_truth(chain_first);
}

TEST_F(Import, NamesTheTokenOfTradesInBothGenerations) {
  for (const std::string market : {"market_id", "condition_id"}) {
    const Polyhouse polyhouse = world_->At("trades_by_" + market);
    const std::string markets = world_->Write(
        "markets_for_" + market + ".csv",
        market == "market_id"
            ? "SELECT createdAt, id, question, answer1, answer2, neg_risk, market_slug, token1, "
              "token2, condition_id, volume, ticker, closedTime FROM chain.markets_current WHERE "
              "length(tokens) = 2"
            : "SELECT id, question, condition_id AS conditionId, market_slug AS slug, end_date AS "
              "endDate, toJSONString(outcomes) AS outcomes, toJSONString(tokens) AS clobTokenIds, "
              "if(neg_risk, 'True', 'False') AS negRisk, createdAt FROM chain.markets_current",
        "CSVWithNames");
    const std::string trades =
        world_->Write("trades_by_" + market + ".csv", TradesSql(market), "CSVWithNames");

    const RunResult of_markets = polyhouse.Run({"import", "markets", markets});
    const RunResult of_trades = polyhouse.Run({"import", "trades", trades});

    ASSERT_EQ(of_markets.exit_code, 0) << of_markets.err;
    ASSERT_EQ(of_trades.exit_code, 0) << of_trades.err;
    EXPECT_EQ(
        polyhouse.Query("SELECT count() FROM markets_current"),
        polyhouse.Query("SELECT count() FROM chain.markets_current" +
                        std::string(market == "market_id" ? " WHERE length(tokens) = 2" : "")));
    EXPECT_EQ(polyhouse.Query("SELECT count() FROM markets_history"), "0") << "known since when?";
    const std::string columns =
        "timestamp, market_id, maker, taker, nonusdc_side, "
        "maker_direction, price, usd_amount, token_amount, "
        "transactionHash, token_id, condition_id, outcome, is_taker_leg";
    const std::string of_chain = "SELECT " + columns +
                                 " FROM chain.trades_current WHERE maker_direction != '' AND "
                                 "market_id IN (SELECT id FROM markets_current)";
    EXPECT_EQ(polyhouse.Query("SELECT count() FROM (" + of_chain + " EXCEPT SELECT " + columns +
                              " FROM trades_current)"),
              "0");
    EXPECT_NE(polyhouse.Query("SELECT count() FROM (" + of_chain + ")"), "0");
    EXPECT_EQ(polyhouse.Query("SELECT sum(usd_volume) FROM trades_volume"),
              polyhouse.Query("SELECT sum(usd_amount) FROM chain.trades_current WHERE "
                              "is_taker_leg AND maker_direction != ''"));
  }
}

TEST_F(Import, KeepsWhatItRejectsWithLineAndReason) {
  const Polyhouse polyhouse = world_->At("bad");
  const std::string maker = "0x" + std::string(40, 'a');
  const std::string hash = "0x" + std::string(64, 'b');
  const auto line = [&](const std::string& time, const std::string& amount) {
    return time + "," + maker + ",0," + amount + "," + maker + ",7,5," + hash;
  };
  const std::string path = world_->files() / "bad.csv";
  WriteFile(path,
            "\xef\xbb\xbftimestamp,maker,makerAssetId,makerAmountFilled,taker,takerAssetId,"
            "takerAmountFilled,transactionHash\r\n" +
                line("1760000000", "1") + "\r\n" +                 // 2
                line("soon", "2") + "\r\n\r\n" +                   // 3, 4
                line("1760000000", "2.5") + "\r\n" +               // 5
                "\"" + line("1760000000", "3") + "\n" +            // 6: a quote that is not closed
                line("1760000000", "4") + "\r\n" +                 // 7: hidden by it
                line("1760000000", "5") + ",more\n" +              // 8
                line("1760000000", std::string(78, '9')) + "\n" +  // 9
                "torn,line\n" +                                    // 10
                "1760000000,0xAB,0,1," + maker + ",7,5," + hash + "\n" +  // 11
                line("1760000000", "6"));                                 // 12: without an end

  const RunResult import = polyhouse.Run({"import", "fills", path});

  EXPECT_EQ(import.exit_code, 1) << import.err;
  EXPECT_THAT(import.err,
              HasSubstr("maker is not 0x and 40 hexadecimal digits (first in line 11)"));
  EXPECT_EQ(polyhouse.Query("SELECT groupArray(toUInt64(maker_amount)) FROM (SELECT maker_amount "
                            "FROM order_fills_current ORDER BY maker_amount)"),
            "[1,4,6]");
  EXPECT_EQ(polyhouse.Query("SELECT groupArray(line) FROM (SELECT line FROM import_rejects FINAL "
                            "WHERE path LIKE '%bad.csv' ORDER BY line)"),
            "[3,5,6,8,9,10,11]");
  EXPECT_EQ(polyhouse.Query("SELECT count() FROM import_rejects FINAL WHERE line = 5 AND text LIKE "
                            "'%\"makerAmountFilled\":\"2.5\"%' AND reason LIKE '%: 2.5'"),
            "1");

  const std::string json = world_->files() / "bad.jsonl";
  WriteFile(json,
            "{\"timestamp\":1760000000,\"maker\":\"" + maker +
                "\",\"makerAssetId\":\"0\",\"makerAmountFilled\":7,\"taker\":\"" + maker +
                "\",\"takerAssetId\":"
                "115792089237316195423570985008687907853269984665640564039457584007913129639935,"
                "\"takerAmountFilled\":8,\"transactionHash\":\"" +
                hash + "\"}\nhello\n{}\n{\"timestamp\":\n[1,2]\n");
  EXPECT_EQ(polyhouse.Run({"import", "fills", json}).exit_code, 1);
  EXPECT_EQ(polyhouse.Query("SELECT count() FROM order_fills_current WHERE taker_asset_id LIKE "
                            "'%129639935'"),
            "1");
  EXPECT_EQ(polyhouse.Query("SELECT groupArray(text) FROM (SELECT text FROM import_rejects FINAL "
                            "WHERE path LIKE '%bad.jsonl' ORDER BY line)"),
            R"(['hello','{}','{"timestamp":','[1,2]'])");
}

TEST_F(Import, SaysWhatIsWrongWithAFile) {
  const Polyhouse polyhouse = world_->At("bad");
  const std::string csv = world_->Write("whole.csv", kFillsSql, "CSVWithNames");
  const auto complaint = [&](const std::string& kind, const std::string& path) {
    const RunResult import = polyhouse.Run({"import", kind, path});
    EXPECT_NE(import.exit_code, 0) << path;
    return import.err;
  };
  const std::string empty = world_->files() / "empty.csv";
  WriteFile(empty, "\n");
  RunToEnd({"sh", "-c", "gzip -c " + csv + " | head -c 20000 > " + csv + ".cut.gz"});

  const std::string parquet = world_->files() / "torn.parquet";
  WriteFile(parquet, "PAR1 and no more");

  EXPECT_THAT(complaint("fills", parquet), HasSubstr("cannot be read by the database"));
  EXPECT_THAT(complaint("fills", "/no/such/file"), HasSubstr("cannot be opened"));
  EXPECT_THAT(complaint("fills", empty), HasSubstr("is empty"));
  EXPECT_THAT(complaint("trades", csv), HasSubstr("Is it one of fills?"));
  EXPECT_THAT(complaint("fills", csv + ".cut.gz"), HasSubstr("in the middle of its compressed"));
  EXPECT_THAT(complaint("fills", world_->files() / "."), HasSubstr("it is no file"));
}

TEST_F(Import, KilledAtAnyMomentItGoesOnAndNothingIsTwice) {
  const Polyhouse polyhouse = world_->At("killed");
  ASSERT_EQ(polyhouse.Run({"schema", "apply", "--schema-imports=true"}).exit_code, 0);
  const std::string csv = world_->Write("killed.csv", kFillsSql, "CSVWithNames");
  const std::string json = world_->Write("killed.jsonl", kFillsSql, "JSONEachRow");
  std::minstd_rand random(3);
  for (const std::string& file : {csv, json}) {
    const auto command = polyhouse.Command({"import", "fills", file, "--chunk-bytes", "40000"});
    const auto done = [&] {
      return polyhouse.Query("SELECT max(line) FROM imports WHERE path LIKE '%" +
                             file.substr(file.rfind('/')) + "'");
    };
    int killed = 0;
    for (int i = 0; i < 3; ++i) {
      const std::string before = done();
      ChildProcess import(command);
      ASSERT_TRUE(WaitUntil([&] { return import.HasEnded() || done() != before; }));
      std::this_thread::sleep_for(std::chrono::milliseconds(random() % 60));
      killed += import.HasEnded() ? 0 : 1;
      import.Signal(SIGKILL);
      import.Wait();
    }
    EXPECT_GT(killed, 1) << "The file is too small.";

    const RunResult last = RunToEnd(command);

    EXPECT_EQ(last.exit_code, 0) << last.err;
    EXPECT_THAT(last.err, HasSubstr(" on\n")) << "It began anew.";
    EXPECT_EQ(Differences(polyhouse, "order_fills_current"), "0");
    polyhouse.Run({"query", "--write", "TRUNCATE TABLE imported_fills"});
  }
}

TEST_F(Import, GoesOnWhereAFileHasGrownAndAnewWhereItIsAnother) {
  const Polyhouse polyhouse = world_->At("grown");
  const std::string path = world_->Write("grown.csv", kFillsSql, "CSVWithNames");
  const std::string whole = ReadFile(path);
  // Cut within a line, as it is while it is written.
  WriteFile(path, whole.substr(0, whole.size() / 2));
  polyhouse.Run({"import", "fills", path});
  WriteFile(path, whole);

  const RunResult grown = polyhouse.Run({"import", "fills", path});
  EXPECT_THAT(grown.err, HasSubstr("from line"));
  EXPECT_EQ(Differences(polyhouse, "order_fills_current"), "0");
  EXPECT_THAT(polyhouse.Run({"import", "fills", path}).err, HasSubstr("nothing new"));

  WriteFile(path, whole.substr(0, whole.find('\n') + 1) + whole.substr(whole.size() / 2));
  EXPECT_THAT(polyhouse.Run({"import", "fills", path}).err,
              HasSubstr("is not the file that was imported under this name before"));
  EXPECT_EQ(Differences(polyhouse, "order_fills_current"), "0");
}

TEST_F(Import, GoesToAServerAsWell) {
  const LiveEngine server;
  server.ApplySchema("polymarket");
  const ScratchDir dir;
  const Polyhouse polyhouse(dir / "data",
                            "http://127.0.0.1:1",
                            {"--clickhouse-url=" + server.url(), "--clickhouse-compression=zstd"});
  const std::string csv = world_->Write("server.csv", kFillsSql, "CSVWithNames");
  const std::string parquet = world_->Write("server.parquet", TextSql(), "Parquet");

  EXPECT_THAT(polyhouse.Run({"import", "fills", csv}).err,
              HasSubstr("run polyhouse schema apply --schema-imports=true"));
  ASSERT_EQ(polyhouse.Run({"schema", "apply", "--schema-imports=true"}).exit_code, 0);

  const RunResult import = polyhouse.Run({"import", "fills", csv, parquet});

  EXPECT_EQ(import.exit_code, 0) << import.err;
  EXPECT_EQ(polyhouse.Query("SELECT count() FROM order_fills_current"),
            world_->chain().Query("SELECT count() FROM order_fills_current"));
}

}  // namespace
}  // namespace polyhouse
