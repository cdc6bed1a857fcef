#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "codec/timestamp.h"
#include "exports/partition_plan.h"
#include "exports/selection.h"
#include "exports/time_column.h"
#include "schema/migration_text.h"
#include "support/result_matchers.h"

namespace polyhouse {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

/// Answers whatever it is asked by what was told, and remembers the last question.
class FakeTables final : public TableReader {
 public:
  explicit FakeTables(Result<std::string> answer) : answer_(std::move(answer)) {}

  Result<std::string> Fetch(std::string_view sql, std::stop_token) override {
    asked_ = sql;
    return answer_;
  }
  const std::string& asked() const { return asked_; }

 private:
  Result<std::string> answer_;
  std::string asked_;
};

Result<Selection> Learned(const std::string& source,
                          const std::string& columns,
                          const std::string& time_column = "") {
  FakeTables tables(columns);
  return Selection::Learn(source, time_column, tables, {});
}

constexpr const char* kTrades =
    "timestamp\tDateTime64(3, 'UTC')\nmarket_id\tString\nusd_amount\tDecimal(18, 6)\n"
    "version\tUInt64\n";

TEST(IsTableName, IsAWordOrTwo) {
  for (const char* name : {"trades", "polymarket.trades_current", "_t1"}) {
    EXPECT_TRUE(IsTableName(name)) << name;
  }
  for (const char* text :
       {"", "SELECT 1", "a.b.c", "a.", ".a", "trades;", "trades FINAL", "`trades`"}) {
    EXPECT_FALSE(IsTableName(text)) << text;
  }
}

TEST(IsViewWithParameters, IsANameWithBrackets) {
  for (const char* view :
       {"wallet_page(wallet = '0x12')", "polymarket.movers(hours = 1);", "a()"}) {
    EXPECT_TRUE(IsViewWithParameters(view)) << view;
  }
  for (const char* text :
       {"", "()", "trades", "SELECT(1)", "with(x)", "a b(1)", "a(1) FINAL", "a("}) {
    EXPECT_FALSE(IsViewWithParameters(text)) << text;
  }
}

TEST(Selection, OfAViewWithParametersIsTheView) {
  const auto page = Learned("wallet_page(wallet = '0x12'); ", "wallet\tString\n");

  ASSERT_THAT(page, IsOk());
  EXPECT_EQ(page->Sql({}, ExportFormat::kCsv), "SELECT * FROM wallet_page(wallet = '0x12')");
}

TEST(Selection, OfATableIsTheTable) {
  const auto trades = Learned("polymarket.trades", kTrades);

  ASSERT_THAT(trades, IsOk());
  EXPECT_EQ(trades->time_column(), "timestamp");
  EXPECT_EQ(trades->Sql({}, ExportFormat::kParquet), "SELECT * FROM `polymarket`.`trades`");
  EXPECT_EQ(trades->Sql({ParseApiTime("2026-11-26"), ParseApiTime("2026-11-27T12:00:00Z")},
                        ExportFormat::kParquet),
            "SELECT * FROM `polymarket`.`trades` WHERE `timestamp` >= toDateTime64('2026-11-26 "
            "00:00:00.000', 3, 'UTC') AND `timestamp` < toDateTime64('2026-11-27 12:00:00.000', 3, "
            "'UTC')");
}

TEST(Selection, OfAStatementStandsInBrackets) {
  const auto chosen = Learned("SELECT 1 -- one\n ; ", "one\tUInt8\n");

  ASSERT_THAT(chosen, IsOk());
  EXPECT_EQ(chosen->Sql({}, ExportFormat::kCsv), "SELECT * FROM (\nSELECT 1 -- one\n)");
  EXPECT_THAT(Learned(" ;", ""), HasError(ErrorKind::kConfig, "no statement"));
}

TEST(Selection, WritesWhatAFormatCannotSayAsText) {
  const auto fills =
      Learned("order_fills",
              "block_time\tDateTime64(3, 'UTC')\na`b\tUInt256\nd\tNullable(Decimal(9, 2))\n");

  ASSERT_THAT(fills, IsOk());
  EXPECT_THAT(fills->Sql({}, ExportFormat::kArrow),
              HasSubstr("SELECT * REPLACE (toString(`a\\`b`) AS `a\\`b`) FROM"));
  EXPECT_THAT(fills->Sql({}, ExportFormat::kJsonLines), HasSubstr(", toString(`d`) AS `d`)"));
  // In lists too: readers of JSON would round them.
  const auto actions = Learned("token_actions", "sets\tArray(UInt256)\n");
  ASSERT_THAT(actions, IsOk());
  EXPECT_THAT(actions->Sql({}, ExportFormat::kJsonLines),
              HasSubstr("REPLACE (arrayMap(each -> toString(each), `sets`) AS `sets`)"));
  EXPECT_THAT(fills->Sql({}, ExportFormat::kCsv), HasSubstr("SELECT * FROM"));
}

TEST(Selection, NeedsAColumnThatIsATime) {
  EXPECT_THAT(Learned("clob_markets", "condition_id\tString\n")->NeedTime("--since"),
              HasError(ErrorKind::kConfig, "no column of a date or time"));
  EXPECT_THAT(Learned("SELECT 1", "a\tDate\nb\tDateTime\n")->NeedTime("--since"),
              HasError(ErrorKind::kConfig, "--time-column"));
  EXPECT_EQ(
      Learned("SELECT 1", "a\tString\nb\tLowCardinality(Nullable(DateTime))\n")->time_column(),
      "b");
  EXPECT_EQ(Learned("SELECT 1", "a\tDate\nb\tDateTime\n", "a")->time_column(), "a");
  EXPECT_THAT(Learned("trades", kTrades, "market_id"),
              HasError(ErrorKind::kConfig, "whose dates and times are: timestamp"));
}

TEST(Selection, SaysWhatToDoAboutAStatementThatIsNone) {
  for (const char* error : {"Code: 62. DB::Exception: Syntax error", "Code: 164. readonly"}) {
    FakeTables tables{Result<std::string>(RejectedError(error))};
    EXPECT_THAT(Selection::Learn("DROP TABLE trades", "", tables, {}),
                HasError(ErrorKind::kConfig, "it must be one SELECT, without FORMAT"));
  }
  FakeTables tables{Result<std::string>(ConfigError("Code: 60. DB::Exception: Unknown table"))};
  EXPECT_THAT(Selection::Learn("trade", "", tables, {}),
              HasError(ErrorKind::kConfig, "SHOW TABLES"));
}

TEST(TimeColumnOf, IsAColumnOfEveryTableThatIsMade) {
  SchemaColumns columns;
  std::vector<std::string> made;
  for (const Migration& migration : ReadMigrations()) {
    const auto statements = SplitStatements(migration.sql);
    columns.Read(statements);
    for (const std::string& name : CreatedNames(statements)) made.push_back(name);
  }
  for (const std::string& name : made) {
    // What the import of files puts together.
    if (name.starts_with("import_") && name != "import_rejects" && name != "import_lines") continue;
    const auto own = columns.Of(name);
    const auto time = TimeColumnOf(name);
    if (own.empty()) continue;  // Views and dictionaries: tests/e2e asks the database for them.
    ASSERT_TRUE(time) << name;
    EXPECT_TRUE(time->empty() || std::find(own.begin(), own.end(), *time) != own.end()) << name;
  }
}

TEST(PartitionNamed, KnowsDaysAndMonths) {
  EXPECT_EQ(PartitionNamed("day").value(), PartitionBy::kDay);
  EXPECT_EQ(PartitionNamed("month").value(), PartitionBy::kMonth);
  EXPECT_THAT(PartitionNamed("year"), HasError(ErrorKind::kConfig, "by day or by month"));
}

TEST(CheckWholePartitions, RefusesToCutOne) {
  const TimeRange day{ParseApiTime("2026-11-26"), ParseApiTime("2026-11-28")};
  EXPECT_THAT(CheckWholePartitions(day, PartitionBy::kDay), IsOk());
  EXPECT_THAT(CheckWholePartitions(day, PartitionBy::kMonth),
              HasError(ErrorKind::kConfig, "--since 2026-11-26T00:00:00.000Z cuts a month in two"));
  EXPECT_THAT(CheckWholePartitions({{}, ParseApiTime("2026-11-26T01:00:00Z")}, PartitionBy::kDay),
              HasError(ErrorKind::kConfig, "--until"));
  EXPECT_THAT(CheckWholePartitions({}, PartitionBy::kMonth), IsOk());
}

Result<std::vector<Partition>> Planned(const std::string& answer, PartitionBy by) {
  const auto trades = Learned("trades", kTrades);
  FakeTables tables(answer);
  return PlanPartitions(*trades, {}, by, *FileKindNamed("csv.gz"), tables, {});
}

TEST(PlanPartitions, IsAFolderForEach) {
  const auto plan =
      Planned("\t1\t\t\t7\n2026-12\t5\t2026-12-03 00:00:01.000\t2026-12-31 23:59:59.999\t9\n",
              PartitionBy::kMonth);

  ASSERT_THAT(plan, IsOk());
  ASSERT_EQ(plan->size(), 2U);
  EXPECT_EQ((*plan)[0].path, "month=__HIVE_DEFAULT_PARTITION__/part.csv.gz");
  EXPECT_THAT((*plan)[0].wanted.sql, HasSubstr("WHERE `timestamp` IS NULL"));
  EXPECT_EQ((*plan)[1].path, "month=2026-12/part.csv.gz");
  EXPECT_THAT((*plan)[1].wanted.sql, HasSubstr(">= toDateTime64('2026-12-01 00:00:00.000'"));
  EXPECT_THAT((*plan)[1].wanted.sql, HasSubstr("< toDateTime64('2027-01-01 00:00:00.000'"));
  EXPECT_EQ((*plan)[1].facts,
            (RowFacts{5, "2026-12-03T00:00:01.000Z", "2026-12-31T23:59:59.999Z", 9}));
}

TEST(FindSame, IsAFileOfTheSameRows) {
  const auto plan = Planned("2026-11-26\t5\t2026-11-26 00:00:01.000\t2026-11-26 23:59:59.999\t9\n",
                            PartitionBy::kDay);
  ASSERT_THAT(plan, IsOk());
  const ExportedFile same{.path = "date=2026-11-26/part.csv.gz",
                          .rows = 5,
                          .min_time = "2026-11-26T00:00:01.000Z",
                          .max_time = "2026-11-26T23:59:59.999Z",
                          .max_version = 9};
  const auto finds = [&](const ExportedFile& file) {
    return FindSame({.files = {file}}, plan->front()) != nullptr;
  };
  ExportedFile newer = same;
  newer.max_version = 8;
  ExportedFile more = same;
  more.rows = 6;
  ExportedFile other = same;
  other.path = "date=2026-11-27/part.csv.gz";

  EXPECT_TRUE(finds(same));
  EXPECT_FALSE(finds(newer));
  EXPECT_FALSE(finds(more));
  EXPECT_FALSE(finds(other));
}

TEST(IsWithin, AsksTheNameOfTheFolder) {
  const TimeRange range{ParseApiTime("2026-11-01"), ParseApiTime("2026-12-01")};
  EXPECT_TRUE(IsWithin("date=2026-11-01/part.csv", range));
  EXPECT_TRUE(IsWithin("month=2026-11/part.csv", range));
  EXPECT_FALSE(IsWithin("month=2026-12/part.csv", range));
  EXPECT_FALSE(IsWithin("date=2026-10-31/part.csv", range));
  EXPECT_FALSE(IsWithin("date=__HIVE_DEFAULT_PARTITION__/part.csv", range));
  EXPECT_TRUE(IsWithin("date=__HIVE_DEFAULT_PARTITION__/part.csv", {}));
}

}  // namespace
}  // namespace polyhouse
