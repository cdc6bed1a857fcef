#include "engine/insert_statement.h"

#include <gmock/gmock.h>

namespace polyhouse::engine {
namespace {

struct Found {
  InsertSearch search;
  std::string sql;
  std::string format;
  std::string data;
};

Found Find(const std::string& text, TextState state = TextState::kWhole) {
  std::optional<InsertStatement> insert;
  const auto search = FindInsert(text, state, insert);
  if (!insert) return {search, "", "", ""};
  return {search, insert->sql, insert->format, text.substr(insert->data_begin)};
}

TEST(FindInsert, SplitsStatementFormatAndData) {
  const auto found = Find("INSERT INTO db.t (a, b) FORMAT TSV\n1\t2\n");

  EXPECT_EQ(found.search, InsertSearch::kFound);
  EXPECT_EQ(found.sql, "INSERT INTO db.t (a, b) ");
  EXPECT_EQ(found.format, "TSV");
  EXPECT_EQ(found.data, "1\t2\n");
}

TEST(FindInsert, LeavesDataAloneWhateverTheyAre) {
  using std::string_literals::operator""s;
  const std::string data = "\n\n;\n\nDROP TABLE x;\n\n\0'\"/* FORMAT CSV"s;

  EXPECT_EQ(Find("INSERT INTO t FORMAT Native\n" + data).data, data);
}

TEST(FindInsert, SkipsSpacesAndOneLineEndBeforeData) {
  EXPECT_EQ(Find("INSERT INTO t FORMAT TSV \t\r\n\n1").data, "\n1");
  EXPECT_EQ(Find("INSERT INTO t FORMAT TSV\n 1").data, " 1");
  EXPECT_EQ(Find("INSERT INTO t FORMAT JSONEachRow {\"a\":1}").data, "{\"a\":1}");
  EXPECT_EQ(Find("INSERT INTO t FORMAT CSV;\n1").data, "1");
  EXPECT_EQ(Find("INSERT INTO t FORMAT CSV").data, "");
}

TEST(FindInsert, TakesValuesAsAFormat) {
  const auto found = Find("insert into t(a) values (1), (2)");

  EXPECT_EQ(found.sql, "insert into t(a) ");
  EXPECT_EQ(found.format, "Values");
  EXPECT_EQ(found.data, " (1), (2)");
}

TEST(FindInsert, KeepsSettingsAndFunctionsInTheStatement) {
  EXPECT_EQ(
      Find("INSERT INTO t SETTINGS insert_deduplication_token='FORMAT x' FORMAT Native\n").sql,
      "INSERT INTO t SETTINGS insert_deduplication_token='FORMAT x' ");
  EXPECT_EQ(Find("INSERT INTO FUNCTION file('a', 'CSV', 'format String') FORMAT TSV\n").sql,
            "INSERT INTO FUNCTION file('a', 'CSV', 'format String') ");
}

TEST(FindInsert, ReadsAroundQuotesAndSemicolons) {
  EXPECT_EQ(Find("INSERT INTO t FORMAT `TSV`\n1").format, "TSV");
  EXPECT_EQ(Find("INSERT INTO t FORMAT \"TSV\"\n1").data, "1");
  EXPECT_EQ(Find(" ; ;INSERT INTO t VALUES (1)").format, "Values");
}

TEST(FindInsert, IsNotMisledByNamesAndComments) {
  EXPECT_EQ(Find("/* FORMAT */ INSERT INTO values (format) VALUES (1)").sql,
            "/* FORMAT */ INSERT INTO values (format) ");
  EXPECT_EQ(Find("INSERT INTO format.`select` FORMAT CSV\n").format, "CSV");
  EXPECT_EQ(Find("INSERT INTO {table:Identifier} FORMAT CSV\n").sql,
            "INSERT INTO {table:Identifier} ");
}

TEST(FindInsert, LeavesOtherStatementsToTheEngine) {
  for (const auto* const sql : {"SELECT 1 FORMAT JSON",
                                "INSERT INTO t SELECT * FROM format(CSV, '1')",
                                "",
                                "-- nothing",
                                "INSERT INTO t (SELECT 1",
                                "INSERT INTO t WITH 1 AS x SELECT x",
                                "INSERT INTO t",
                                "INSERT",
                                "INSERT INTO",
                                "INSERT INTO t FORMAT",
                                "INSERT INTO t; FORMAT TSV",
                                "INSERT INTO t FORMAT 'x"}) {
    EXPECT_EQ(Find(sql).search, InsertSearch::kOther) << sql;
  }
}

TEST(FindInsert, WaitsWhileTheAnswerMayStillChange) {
  const std::string whole = "INSERT INTO t (a) SETTINGS x='FORMAT A' FORMAT TSV \n";
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_EQ(Find(whole.substr(0, length), TextState::kPartial).search, InsertSearch::kNeedMore)
        << whole.substr(0, length);
  }
  EXPECT_EQ(Find(whole, TextState::kPartial).search, InsertSearch::kFound);
}

TEST(FindInsert, KnowsOtherStatementsByTheirFirstWord) {
  EXPECT_EQ(Find("SELECT ", TextState::kPartial).search, InsertSearch::kOther);
  EXPECT_EQ(Find("INSERTED ", TextState::kPartial).search, InsertSearch::kOther);
}

}  // namespace
}  // namespace polyhouse::engine
