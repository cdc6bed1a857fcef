#pragma once

// What every way to a table must do. A way joins with a factory and one INSTANTIATE_TEST_SUITE_P.
// The suite runs against a real engine, one for all tests, each test in a database of its own.

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "adapters/clickhouse/clickhouse_client.h"
#include "adapters/http/curl_http_client.h"
#include "codec/native_block.h"
#include "codec/timestamp.h"
#include "contract/live_engine.h"
#include "schema/migration_text.h"
#include "support/fake_sink.h"
#include "support/random_rows.h"
#include "support/result_matchers.h"

namespace polyhouse {

struct TableSinkWay {
  std::string name;
  /// How to reach a database of this engine by this way.
  std::function<ClickHouseOptions(const LiveEngine&)> options;
};

class TableSinkContract : public testing::TestWithParam<TableSinkWay> {
 protected:
  static void SetUpTestSuite() { engine_ = new LiveEngine; }
  static void TearDownTestSuite() {
    delete engine_;
    engine_ = nullptr;
  }

  TableSinkContract() {
    database_ = "test_" + std::to_string(++databases_) + "_" + GetParam().name;
    options_ = GetParam().options(*engine_);
    options_.database = database_;
    client_ = std::make_unique<ClickHouseClient>(options_, *http_);
  }
  void SetUp() override { MakeTables(); }

  /// Those of markets and events with their history; all would take most of a test's time.
  void MakeTables() {
    ASSERT_THAT(client_->FetchOutside("CREATE DATABASE " + database_, {}), IsOk());
    for (const Migration& migration : ReadMigrations()) {
      for (const std::string& statement : SplitStatements(migration.sql)) {
        if (!IsOfListings(HeadOf(statement))) continue;
        ASSERT_THAT(client_->Execute(statement, {}), IsOk()) << statement;
      }
    }
  }
  static bool IsOfListings(const StatementHead& head) {
    const std::set<std::string> names = {"markets",
                                         "markets_versions",
                                         "markets_versions_feed",
                                         "markets_current",
                                         "polymarket_events",
                                         "polymarket_events_versions",
                                         "polymarket_events_versions_feed",
                                         "polymarket_events_current"};
    return head.kind != StatementKind::kRows && names.contains(head.name);
  }
  TableSink& sink() { return *client_; }

  template <class Row>
  Status Insert(TableSink& sink, const std::vector<Row>& rows, const std::string& token) {
    NativeBlock<Row> block;
    for (const Row& row : rows) block.Append(row);
    const auto pieces = block.Pieces();
    const std::string columns = ColumnList(TableSpecOf<Row>());
    return sink.Insert({.table = TableSpecOf<Row>().table,
                        .columns = columns,
                        .token = token,
                        .native = pieces,
                        .rows = rows.size()},
                       {});
  }
  /// The result of a query as tab-separated text, without its last line break.
  std::string Query(const std::string& sql) {
    auto text = ValueOf(client_->Fetch(sql + " FORMAT TSVRaw", {}));
    if (text.ends_with('\n')) text.pop_back();
    return text;
  }

  static Market AMarket(const std::string& id, std::uint64_t version = 1) {
    Market market;
    market.id = MarketId(id);
    market.version = version;
    return market;
  }

  static inline LiveEngine* engine_ = nullptr;
  static inline int databases_ = 0;
  SystemClock clock_;
  std::unique_ptr<HttpClient> http_ = MakeCurlHttpClient({}, clock_);
  std::string database_;
  ClickHouseOptions options_;
  std::unique_ptr<ClickHouseClient> client_;
};

TEST_P(TableSinkContract, StoresEveryTextExactly) {
  const std::vector<std::string> texts = {
      "",
      "plain",
      "a;b; SELECT 1;\n\n-- no comment\n\nDROP TABLE markets;",
      "\n\n\r\n\t\\ \\N 'quoted' \"double\" `tick`",
      std::string("a\0b", 3),
      "é – € 😀 漢",
      std::string(10U << 20U, 'x'),
  };
  std::vector<Market> markets;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    markets.push_back(AMarket(std::to_string(i)));
    markets.back().description = texts[i];
  }

  ASSERT_THAT(Insert(sink(), markets, "token"), IsOk());

  for (std::size_t i = 0; i < texts.size(); ++i) {
    const std::string stored =
        Query("SELECT hex(description) FROM markets WHERE id = '" + std::to_string(i) + "'");
    std::string expected;
    for (const char c : texts[i]) {
      constexpr std::string_view kHex = "0123456789ABCDEF";
      expected += kHex[static_cast<unsigned char>(c) >> 4U];
      expected += kHex[static_cast<unsigned char>(c) & 0xFU];
    }
    EXPECT_TRUE(stored == expected) << i;
  }
}

TEST_P(TableSinkContract, StoresEveryColumnOfAMarket) {
  const std::string token(78, '9');
  Market market = AMarket("501", 1'790'000'000'123);
  market.created_at = ParseApiTime("2026-03-11T09:29:01.328Z");
  market.end_date = ParseApiTime("1900-01-01");
  market.updated_at = ParseApiTime("2299-12-31T23:59:59.999Z");
  market.neg_risk = true;
  market.outcomes = {"Up", "Down", "Else"};
  market.outcome_prices = {{"0.1"}, {"26458.188064999995"}, {"0"}};
  market.tokens = {TokenId(token), TokenId("2"), TokenId("3")};
  market.volume = DecimalText{"14405063.424337989"};
  market.resolution_status = "resolved";
  market.event_id = EventId("42");

  ASSERT_THAT(Insert(sink(), std::vector{market}, "token"), IsOk());

  EXPECT_EQ(
      Query("SELECT id, createdAt, closedTime, end_date, updated_at, neg_risk, closed, answer1,"
            " answer2, token1, token2, tokens, outcomes, outcome_prices, volume, liquidity,"
            " resolution_status, event_id, version FROM markets"),
      "501\t2026-03-11 09:29:01.328\t\\N\t1900-01-01 00:00:00.000\t2299-12-31 23:59:59.999\t"
      "true\tfalse\tUp\tDown\t" +
          token + "\t2\t['" + token +
          "','2','3']\t['Up','Down','Else']\t[0.1,26458.188064999995,0]\t14405063.424337989\t"
          "\\N\tresolved\t42\t1790000000123");
}

TEST_P(TableSinkContract, StoresEveryColumnOfAnEvent) {
  Event event;
  event.id = EventId("42");
  event.slug = "s";
  event.tags.values = {"A;B", "C"};
  event.markets_count = UINT32_MAX;
  event.volume = {"1.5"};
  event.active = true;
  event.version = UINT64_MAX;

  ASSERT_THAT(Insert(sink(), std::vector{event}, "token"), IsOk());

  EXPECT_EQ(Query("SELECT id, slug, tags, markets_count, volume, liquidity, active, closed_time,"
                  " version FROM polymarket_events"),
            "42\ts\t['A;B','C']\t4294967295\t1.5\t0\ttrue\t\\N\t18446744073709551615");
}

TEST_P(TableSinkContract, StoresRandomRowsWithoutLosingOne) {
  RandomRows random(9);
  std::vector<Market> markets;
  for (int i = 0; i < 3'000; ++i) {
    markets.push_back(random.AMarket());
    markets.back().id = MarketId(std::to_string(i));
  }

  ASSERT_THAT(Insert(sink(), markets, "token"), IsOk());

  EXPECT_EQ(Query("SELECT count(), uniqExact(id) FROM markets_current"), "3000\t3000");
}

TEST_P(TableSinkContract, TakesTheSameTokenAndContentOnce) {
  ASSERT_THAT(Insert(sink(), std::vector{AMarket("1")}, "token"), IsOk());

  ASSERT_THAT(Insert(sink(), std::vector{AMarket("1")}, "token"), IsOk());

  EXPECT_EQ(Query("SELECT count() FROM markets"), "1");
}

TEST_P(TableSinkContract, TakesAnotherTokenAgainButShowsTheRowOnce) {
  ASSERT_THAT(Insert(sink(), std::vector{AMarket("1")}, "one"), IsOk());

  ASSERT_THAT(Insert(sink(), std::vector{AMarket("1")}, "two"), IsOk());

  EXPECT_EQ(Query("SELECT count() FROM markets"), "2");
  EXPECT_EQ(Query("SELECT count() FROM markets_current"), "1");
}

TEST_P(TableSinkContract, ShowsTheNewestVersionWhateverCameLast) {
  Market newer = AMarket("1", 20);
  newer.question = "new";
  ASSERT_THAT(Insert(sink(), std::vector{newer}, "one"), IsOk());
  ASSERT_THAT(Insert(sink(), std::vector{AMarket("1", 10)}, "two"), IsOk());

  EXPECT_EQ(Query("SELECT question, version FROM markets_current"), "new\t20");
}

TEST_P(TableSinkContract, StoresOnceWhatIsRepeatedAfterALostReply) {
  FlakySink flaky(sink(), {{{FlakySink::When::kAfter, TransientError("reset")}}});
  ASSERT_THAT(Insert(flaky, std::vector{AMarket("1"), AMarket("2")}, "token"),
              HasError(ErrorKind::kTransient));

  ASSERT_THAT(Insert(flaky, std::vector{AMarket("1"), AMarket("2")}, "token"), IsOk());

  EXPECT_EQ(Query("SELECT count() FROM markets"), "2");
}

TEST_P(TableSinkContract, IsAMatterForTheOperatorWhenTheTableIsMissing) {
  ASSERT_THAT(client_->Execute("DROP TABLE markets", {}), IsOk());

  EXPECT_THAT(Insert(sink(), std::vector{AMarket("1")}, "token"),
              HasError(ErrorKind::kConfig, "60"));
}

TEST_P(TableSinkContract, IsAMatterForTheOperatorWhenTheDatabaseIsMissing) {
  ASSERT_THAT(client_->Execute("DROP DATABASE " + database_, {}), IsOk());

  EXPECT_THAT(Insert(sink(), std::vector{AMarket("1")}, "token"),
              HasError(ErrorKind::kConfig, "81"));
}

TEST_P(TableSinkContract, IsAMatterForTheOperatorWhenAColumnIsMissing) {
  ASSERT_THAT(client_->Execute("DROP VIEW markets_versions_feed SYNC", {}), IsOk());
  ASSERT_THAT(client_->Execute("ALTER TABLE markets DROP COLUMN question", {}), IsOk());

  EXPECT_THAT(Insert(sink(), std::vector{AMarket("1")}, "token"), HasError(ErrorKind::kConfig));
}

TEST_P(TableSinkContract, RefusesDataThatIsNoBlockAndStoresNothingOfIt) {
  const std::string_view garbage[] = {"\x01\x01\x02id\x06StringXXXXXXX"};

  EXPECT_THAT(
      sink().Insert(
          {.table = "markets", .columns = "`id`", .token = "token", .native = garbage, .rows = 1},
          {}),
      HasError(ErrorKind::kRejected));

  EXPECT_EQ(Query("SELECT count() FROM markets"), "0");
}

TEST_P(TableSinkContract, RefusesABlockThatIsCutOffAndStoresNothingOfIt) {
  NativeBlock<Market> block;
  for (int i = 0; i < 100; ++i) block.Append(AMarket(std::to_string(i)));
  auto pieces = block.Pieces();
  pieces.resize(pieces.size() / 2);
  const std::string columns = ColumnList(TableSpecOf<Market>());

  EXPECT_THAT(
      sink().Insert(
          {.table = "markets", .columns = columns, .token = "token", .native = pieces, .rows = 100},
          {}),
      HasError(ErrorKind::kRejected));

  EXPECT_EQ(Query("SELECT count() FROM markets"), "0");
}

TEST_P(TableSinkContract, StopsWhenItIsAsked) {
  std::stop_source stop;
  stop.request_stop();

  EXPECT_THAT(sink().Insert({.table = "markets"}, stop.get_token()),
              HasError(ErrorKind::kStopping));
}

/// The one description of each table in C++ against the one in schema/.
template <class Row>
std::string ColumnsOfSpec() {
  std::string text;
  for (const auto& column : TableSpecOf<Row>().columns) {
    if (!text.empty()) text += '\n';
    text.append(column.name).append("\t").append(ClickHouseType(column));
  }
  return text;
}

TEST_P(TableSinkContract, KnowsTheColumnsOfEachTableInTheirOrderWithTheirTypes) {
  const auto columns_of = [&](std::string_view table) {
    return Query(
        "SELECT name, replaceRegexpAll(type, 'LowCardinality\\\\((\\\\w+)\\\\)', '\\\\1')"
        " FROM system.columns WHERE database = '" +
        database_ + "' AND table = '" + std::string(table) + "' ORDER BY position");
  };

  engine_->ApplySchema(database_);
  EXPECT_EQ(ColumnsOfSpec<Market>(), columns_of("markets"));
  EXPECT_EQ(ColumnsOfSpec<Event>(), columns_of("polymarket_events"));
  EXPECT_EQ(ColumnsOfSpec<LedgerRow>(), columns_of("ingest_ledger"));
  EXPECT_EQ(ColumnsOfSpec<WitnessMarket>(), columns_of("clob_markets"));
}

}  // namespace polyhouse
