// Upgrading a database of the Python pipeline that the request describes, and going back.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "contract/live_engine.h"
#include "support/polyhouse_program.h"

namespace polyhouse {
namespace {

using testing::HasSubstr;

/// A shape in which such databases are found.
struct Shape {
  std::string name;
  std::string markets;  ///< Columns and engine.
  std::string events;
  std::string trades;
};

constexpr const char* kMarketColumns =
    "createdAt DateTime64(3), id String, question String, answer1 String, answer2 String, neg_risk "
    "Boolean, market_slug String, token1 String, token2 String, condition_id String, volume "
    "Float64, ticker String, closedTime Nullable(DateTime64(3))";
constexpr const char* kEventColumns =
    "id String, slug String, ticker String, title String, description String, createdAt "
    "Nullable(DateTime), startDate Nullable(DateTime), endDate Nullable(DateTime), tags "
    "Array(LowCardinality(String)), markets_count UInt32, active Boolean, closed Boolean, archived "
    "Boolean, volume Float64, liquidity Float64";
constexpr const char* kTradeColumns =
    "timestamp DateTime, market_id String, maker String, taker String, nonusdc_side String, "
    "maker_direction String, taker_direction String, price Float64, usd_amount Float64, "
    "token_amount Float64, transactionHash String";

std::string Table(const std::string& columns, const std::string& engine) {
  return "(" + columns + ") ENGINE = " + engine;
}

const std::vector<Shape> kShapes = {
    {"Pipeline",
     Table("createdAt DateTime, id UInt64, question String, answer1 String, answer2 String, "
           "neg_risk Boolean, market_slug String, token1 String, token2 String, condition_id "
           "String, volume Float64, ticker String, event_slug String, closedTime "
           "Nullable(DateTime)",
           "MergeTree ORDER BY (id, createdAt)"),
     Table(kEventColumns, "MergeTree ORDER BY (slug, id)"),
     Table(kTradeColumns,
           "MergeTree PARTITION BY toYYYYMM(timestamp) ORDER BY (timestamp, market_id, "
           "transactionHash)")},
    {"Utilities",
     Table(std::string(kMarketColumns) + ", event_slug String",
           "MergeTree ORDER BY (createdAt, id)"),
     Table(kEventColumns, "ReplacingMergeTree ORDER BY (slug, id)"),
     Table(kTradeColumns, "MergeTree ORDER BY (timestamp, transactionHash)")},
    {"Replacing",
     Table(std::string(kMarketColumns) +
               ", tags Array(String), modifiedDateTime DateTime DEFAULT now()",
           "ReplacingMergeTree(modifiedDateTime) ORDER BY (id, market_slug)"),
     Table(std::string(kEventColumns) + ", modifiedDateTime DateTime DEFAULT now()",
           "ReplacingMergeTree(modifiedDateTime) ORDER BY (slug, id)"),
     Table(std::string(kTradeColumns) + ", modifiedDateTime DateTime DEFAULT now()",
           "ReplacingMergeTree(modifiedDateTime) PARTITION BY toYYYYMM(timestamp) ORDER BY "
           "(timestamp, market_id, transactionHash, maker, taker)")},
    {"LoadedFromCsv",
     Table(std::string(kMarketColumns) + ", event_slug String", "MergeTree ORDER BY id"),
     Table(kEventColumns, "MergeTree ORDER BY id"),
     Table(kTradeColumns, "MergeTree ORDER BY (market_id, timestamp)")},
};

void PrintTo(const Shape& shape, std::ostream* out) {
  *out << shape.name;
}

class LegacyDatabase : public testing::TestWithParam<Shape> {
 protected:
  LegacyDatabase() {
    Run("CREATE DATABASE polymarket");
    for (const auto& [table, ddl] : {std::pair("markets", GetParam().markets),
                                     std::pair("polymarket_events", GetParam().events),
                                     std::pair("trades", GetParam().trades)}) {
      Run("CREATE TABLE polymarket." + std::string(table) + " " + ddl);
    }
    Run("INSERT INTO polymarket.markets (createdAt, id, question, answer1, answer2, neg_risk, "
        "market_slug, token1, token2, condition_id, volume, ticker, closedTime) SELECT "
        "toDateTime('2024-01-02 03:04:05', 'UTC') + number, number, 'Q;\\n\\n' || number, 'Yes', "
        "'No', number % 2, 'slug-' || number, "
        "'115792089237316195423570985008687907853269984665640564039457584007913129639935', "
        "toString(number), '0xab', number / 3, 't', if(number % 3 = 0, "
        "toDateTime('2024-06-01 00:00:00', 'UTC'), NULL) FROM numbers(1000)");
    Run("INSERT INTO polymarket.polymarket_events (id, slug, title, tags, markets_count, volume) "
        "SELECT toString(number), 'e' || number, 'E', ['a;b', 'c'], number, number / 7 FROM "
        "numbers(300)");
    // Two of them the same in every column: two fills in one transaction.
    Run("INSERT INTO polymarket.trades (timestamp, market_id, maker, taker, nonusdc_side, price, "
        "usd_amount, token_amount, transactionHash) SELECT toDateTime('2024-01-01 00:00:00', "
        "'UTC') + intDiv(number, 50), '7', '0xAB', '0xcd' || intDiv(number, 2), 'token1', 0.29, "
        "0.29, number % 2 = 0 ? 1234567.891234 : 1, '0xFF' || intDiv(number, 4) FROM "
        "numbers(5000)");
  }

  void Run(const std::string& sql) const {
    const RunResult result = RunToEnd({"curl", "-sS", "--data-binary", sql, engine_.url()});
    EXPECT_EQ(result.out, "") << sql;
  }
  std::string Ask(const std::string& sql) const {
    std::string text =
        RunToEnd({"curl", "-sS", "--data-binary", sql, engine_.url() + "/?database=polymarket"})
            .out;
    while (text.ends_with('\n')) text.pop_back();
    return text;
  }
  RunResult Schema(const std::string& action) const {
    return RunToEnd({PolyhouseProgram(),
                     "--clickhouse-url",
                     engine_.url(),
                     "--data-dir",
                     dir_.path(),
                     "schema",
                     action});
  }
  /// Rows and a checksum of every old table, under whatever names they have now.
  std::string Originals(const std::string& suffix) const {
    std::string text;
    for (const char* table : {"markets", "polymarket_events", "trades"}) {
      text += Ask("SELECT count(), sum(cityHash64(*)) FROM " + (table + suffix)) + "\n";
    }
    return text;
  }

  const ScratchDir dir_;
  const LiveEngine engine_;
};

TEST_P(LegacyDatabase, IsUpgradedWithoutLosingARowAndRolledBack) {
  const std::string before = Originals("");

  const RunResult plan = Schema("plan");
  ASSERT_EQ(plan.exit_code, 0) << plan.err;
  EXPECT_THAT(plan.out, HasSubstr("trades: a table of an older system"));
  EXPECT_THAT(plan.out, HasSubstr(Ask("SELECT count() FROM trades") + " rows"));
  EXPECT_EQ(Originals(""), before) << "a plan changes nothing";

  const RunResult apply = Schema("apply");
  ASSERT_EQ(apply.exit_code, 0) << apply.err;
  EXPECT_EQ(Originals("_before_polyhouse"), before);
  EXPECT_EQ(Ask("SELECT count(), uniqExact(id), abs(sum(volume) - (SELECT sum(volume) "
                "FROM markets_before_polyhouse)) < 0.001, countIf(closedTime IS NULL), "
                "min(createdAt) FROM "
                "markets_current"),
            "1000\t1000\t1\t666\t2024-01-02 03:04:05.000");
  EXPECT_EQ(Ask("SELECT question, answer2, token1, outcomes, tokens[2] FROM markets WHERE id = "
                "'12' FORMAT JSONCompactEachRow"),
            "[\"Q;\\n\\n12\", \"No\", "
            "\"115792089237316195423570985008687907853269984665640564039457584007913129639935\", "
            "[\"Yes\",\"No\"], \"12\"]");
  EXPECT_EQ(Ask("SELECT count(), sum(length(tags)) FROM polymarket_events_current"), "300\t600");
  // The engine of one old shape has itself merged what is the same in its key.
  EXPECT_EQ(Ask("SELECT count(), sum(usd_amount), max(token_amount), any(maker) FROM "
                "trades_current"),
            Ask("SELECT count(), toDecimal64(round(sum(usd_amount), 2), 6), "
                "toDecimal64(toString(max(token_amount)), 6), '0xab' FROM "
                "trades_before_polyhouse"));
  EXPECT_EQ(Ask("SELECT sum(usd_amount) / 0.29 = count() FROM trades_current"), "1");
  EXPECT_THAT(Schema("plan").err, HasSubstr("up to date"));

  RunResult rollback;
  do {
    rollback = Schema("rollback");
  } while (rollback.exit_code == 0);
  EXPECT_EQ(rollback.exit_code, 2);
  EXPECT_THAT(rollback.err, HasSubstr("no migration is applied"));
  EXPECT_EQ(Originals(""), before);
  EXPECT_EQ(Ask("SELECT count() FROM trades_of_polyhouse FINAL"),
            Ask("SELECT count() FROM trades"));
}

INSTANTIATE_TEST_SUITE_P(Each, LegacyDatabase, testing::ValuesIn(kShapes), [](const auto& shape) {
  return shape.param.name;
});

class InterruptedUpgrade : public LegacyDatabase {};

/// Killed between the change of places and the last rename, the old rows are found again.
TEST_P(InterruptedUpgrade, IsFinishedByTheNext) {
  const std::string before = Originals("");
  ASSERT_EQ(Schema("apply").exit_code, 0);
  Run("RENAME TABLE polymarket.markets_before_polyhouse TO polymarket.markets_polyhouse_new");

  EXPECT_EQ(Schema("apply").exit_code, 0);

  EXPECT_EQ(Originals("_before_polyhouse"), before);
}

/// Killed between a table and the record of its migration, the next one finishes that one first.
TEST_P(InterruptedUpgrade, RollbackGoesOnWhereItWasKilled) {
  ASSERT_EQ(Schema("apply").exit_code, 0);
  RunResult later;
  do {
    later = Schema("rollback");
    ASSERT_EQ(later.exit_code, 0);
  } while (later.err.find("0006_") == std::string::npos);
  Run("RENAME TABLE polymarket.stream_positions TO polymarket.stream_positions_of_polyhouse");

  const RunResult rollback = Schema("rollback");

  EXPECT_EQ(rollback.exit_code, 0);
  EXPECT_THAT(rollback.err, HasSubstr("0005_stream_positions is undone"));
  EXPECT_EQ(Ask("SELECT count() > 0 FROM trades_current"), "1") << "0004 was not touched";
}

/// Killed while it was copying, it begins the copy anew.
TEST_P(InterruptedUpgrade, CopiesAnewWhatWasHalfCopied) {
  const std::string before = Originals("");
  Run("CREATE TABLE polymarket.markets_polyhouse_new (id String, version UInt64) ENGINE = "
      "MergeTree ORDER BY id");

  EXPECT_EQ(Schema("apply").exit_code, 0);

  EXPECT_EQ(Originals("_before_polyhouse"), before);
  EXPECT_EQ(Ask("SELECT count() FROM markets_current"), "1000");
}

INSTANTIATE_TEST_SUITE_P(Each, InterruptedUpgrade, testing::Values(kShapes[0]));

}  // namespace
}  // namespace polyhouse
