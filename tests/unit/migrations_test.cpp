#include <gmock/gmock.h>

#include <map>
#include <regex>

#include "codec/table_spec.h"
#include "schema/migration_files.h"
#include "schema/migration_text.h"

namespace polyhouse {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(SplitStatements, EndsAStatementAtASemicolonAtTheEndOfALine) {
  EXPECT_THAT(
      SplitStatements("CREATE TABLE a\n(\n    x String\n);\nCREATE VIEW b AS SELECT ';' AS x;\n"),
      ElementsAre("CREATE TABLE a\n(\n    x String\n)", "CREATE VIEW b AS SELECT ';' AS x"));
}

TEST(SplitStatements, LeavesOutCommentsAndEmptyLines) {
  EXPECT_THAT(SplitStatements("-- About a;\n\nSELECT 1;\n-- About b\nSELECT\n\n2;\n"),
              ElementsAre("SELECT 1", "SELECT\n2"));
}

TEST(SplitStatements, OfNothingIsNothing) {
  EXPECT_THAT(SplitStatements(""), IsEmpty());
  EXPECT_THAT(SplitStatements("-- only a comment\n"), IsEmpty());
}

TEST(MigrationFiles, AreNumberedFromOneWithoutGaps) {
  int number = 0;
  for (const MigrationFile& file : MigrationFiles()) {
    std::string prefix = std::to_string(++number) + "_";
    prefix.insert(0, 5 - prefix.size(), '0');
    EXPECT_TRUE(file.name.starts_with(prefix)) << file.name;
  }
  EXPECT_GE(number, 3);
}

/// Migrations that stop half-way are run again from their beginning. Versions that are put in twice
/// replace each other, and what was touched may be computed twice.
TEST(MigrationFiles, HoldOnlyStatementsThatMayBeRepeated) {
  for (const MigrationFile& file : MigrationFiles()) {
    const auto statements = SplitStatements(file.sql);
    EXPECT_FALSE(statements.empty()) << file.name;
    for (const std::string& statement : statements) {
      EXPECT_TRUE(statement.find("IF NOT EXISTS") != std::string::npos ||
                  statement.starts_with("CREATE OR REPLACE VIEW ") ||
                  statement.find("\n    MODIFY COLUMN ") != std::string::npos ||
                  HeadOf(statement).kind == StatementKind::kQuery ||
                  (statement.starts_with("INSERT INTO ") &&
                   (statement.find(" SELECT * FROM ") != std::string::npos ||
                    HeadOf(statement).name == "trades_by_wallet" ||
                    HeadOf(statement).name == "market_tokens" ||
                    HeadOf(statement).name == "condition_tokens" ||
                    HeadOf(statement).name == "kept_until" ||
                    HeadOf(statement).name.ends_with("_touched"))))
          << file.name << ": " << statement;
    }
  }
}

/// A view's tables are stored with the name of their database: one that is called as a table's
/// alias would be taken for it. Older files may not be edited any more.
TEST(MigrationFiles, CallNoTableByASingleLetter) {
  const std::regex letter("(FROM|JOIN) [a-z_]+ AS [a-z]\\b");
  for (const MigrationFile& file : MigrationFiles()) {
    if (file.name < "0017") continue;
    std::smatch found;
    const std::string sql(file.sql);
    EXPECT_FALSE(std::regex_search(sql, found, letter)) << file.name << ": " << found.str();
  }
}

/// A statement that is not ended by a semicolon would be left out silently.
TEST(MigrationFiles, EndWithASemicolon) {
  for (const MigrationFile& file : MigrationFiles()) {
    EXPECT_TRUE(file.sql.ends_with(";\n")) << file.name;
  }
}

TEST(SchemaColumns, AreThoseOfTheTableAndWhatWasAddedInItsPlace) {
  SchemaColumns columns;
  const std::vector<std::string> statements = {
      "CREATE TABLE IF NOT EXISTS t\n(\n    id String,\n    `from` String,\n    version UInt64\n)\n"
      "ENGINE = MergeTree",
      "CREATE TABLE IF NOT EXISTS t_versions AS t\nENGINE = MergeTree",
      "ALTER TABLE t\n    ADD COLUMN IF NOT EXISTS a UInt8 AFTER from,\n"
      "    ADD COLUMN IF NOT EXISTS b UInt8 AFTER a"};
  columns.Read(statements);

  EXPECT_THAT(columns.Of("t"), ElementsAre("id", "from", "a", "b", "version"));
  EXPECT_THAT(columns.Of("t_versions"), ElementsAre("id", "from", "version"));
  EXPECT_EQ(columns.Expand("x {{columns of t_versions}} y {{columns of t_versions as m}}"),
            "x `id`, `from`, `version` y m.`id` AS `id`, m.`from` AS `from`, m.`version` AS "
            "`version`");
  EXPECT_EQ(columns.Expand("{{names of t}} {{hashes of t_versions}}"),
            "'from', 'a', 'b' cityHash64(ifNull(toString(`from`), ''))");
  EXPECT_THAT(AddedColumns(statements), ElementsAre(std::pair("t", "a"), std::pair("t", "b")));
}

TEST(ReadMigrations, MakeATableAtOnceAsItsLastStatementHasIt) {
  for (const Migration& migration : ReadMigrations()) {
    if (migration.name != "0004_trades") continue;
    EXPECT_THAT(migration.sql, testing::HasSubstr("ORDER BY (token_id, timestamp, "));
    EXPECT_THAT(migration.sql, testing::Not(testing::HasSubstr("ORDER BY (timestamp, ")));
  }
}

TEST(OptionOf, IsTheNameBehindTheNumber) {
  EXPECT_EQ(OptionOf("0014_optional_trades_by_wallet"), "trades_by_wallet");
  EXPECT_EQ(OptionOf("0004_trades"), "");
}

/// A view made with * keeps the columns of the day it was made.
TEST(ReadMigrations, NameEveryColumnOfATableInItsCurrentView) {
  SchemaColumns columns;
  std::map<std::string, std::string> views;
  for (const Migration& migration : ReadMigrations()) {
    const auto statements = SplitStatements(migration.sql);
    columns.Read(statements);
    for (const std::string& statement : statements) {
      const auto head = HeadOf(statement);
      if (head.kind == StatementKind::kView) views[head.name] = statement;
    }
  }
  for (const std::string table : {"markets",
                                  "polymarket_events",
                                  "trades",
                                  "ingest_ledger",
                                  "clob_markets",
                                  "markets_enriched",
                                  "addresses"}) {
    const std::string& view = views[table + "_current"];
    ASSERT_FALSE(columns.Of(table).empty()) << table;
    for (const std::string& column : columns.Of(table)) {
      EXPECT_THAT(view, testing::HasSubstr("`" + column + "`")) << table;
    }
  }
}

template <class Row>
std::vector<std::string> SpecNames() {
  std::vector<std::string> names;
  for (const auto& column : TableSpecOf<Row>().columns) names.emplace_back(column.name);
  return names;
}

TEST(ReadMigrations, MakeTheTablesThatRowsAreSentTo) {
  SchemaColumns columns;
  for (const Migration& migration : ReadMigrations()) columns.Read(SplitStatements(migration.sql));

  for (const std::string table : {"markets", "markets_versions"}) {
    EXPECT_THAT(columns.Of(table), testing::ElementsAreArray(SpecNames<Market>())) << table;
  }
  for (const std::string table : {"polymarket_events", "polymarket_events_versions"}) {
    EXPECT_THAT(columns.Of(table), testing::ElementsAreArray(SpecNames<Event>())) << table;
  }
  EXPECT_THAT(columns.Of("markets_enriched"),
              testing::ElementsAreArray(SpecNames<EnrichedMarket>()));
  EXPECT_THAT(columns.Of("addresses"), testing::ElementsAreArray(SpecNames<Address>()));
}

}  // namespace
}  // namespace polyhouse
