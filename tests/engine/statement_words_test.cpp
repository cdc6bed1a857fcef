#include "engine/statement_words.h"

#include <gtest/gtest.h>

#include "engine/piped_result.h"

namespace polyhouse::engine {
namespace {

TEST(ReadStatementWords, FindsTheFormatAtTheEnd) {
  EXPECT_EQ(ReadStatementWords("SELECT 1 FORMAT JSON").format, "JSON");
  EXPECT_EQ(ReadStatementWords("select 1 format csv ;").format, "csv");
  EXPECT_EQ(ReadStatementWords("SELECT 1 FORMAT JSON SETTINGS max_threads = 1").format, "JSON");
  EXPECT_EQ(ReadStatementWords("SELECT format FROM t FORMAT TSV").format, "TSV");
  EXPECT_EQ(ReadStatementWords("SELECT 1 FORMAT `JSON`").format, "JSON");
  EXPECT_EQ(ReadStatementWords("SELECT format(CSV, '1'), (SELECT 'FORMAT x')").format, "");
  EXPECT_EQ(ReadStatementWords("SELECT 1 -- FORMAT JSON").format, "");
}

TEST(ReadStatementWords, KnowsWhereAFileForTheResultWouldBeNamed) {
  const auto with = ReadStatementWords("SELECT format FROM t FORMAT TSV SETTINGS a = 1;");
  EXPECT_EQ(with.format_at, 21);
  EXPECT_FALSE(with.has_outfile);

  const auto without = ReadStatementWords("SELECT 1 ; -- the end");
  EXPECT_EQ(without.format_at, std::string_view::npos);
  EXPECT_EQ(without.end, 8);

  EXPECT_TRUE(ReadStatementWords("SELECT 1 INTO outfile 'f'").has_outfile);
}

TEST(WithOutfile, StandsBeforeTheFormat) {
  const auto with = [](std::string_view sql) {
    return WithOutfile(sql, ReadStatementWords(sql), "Parquet", "/p");
  };

  EXPECT_EQ(with("SELECT 1 FORMAT Parquet SETTINGS a = 1"),
            "SELECT 1 \nINTO OUTFILE '/p' APPEND FORMAT Parquet SETTINGS a = 1");
  EXPECT_EQ(with("SELECT 1; -- the end"), "SELECT 1\nINTO OUTFILE '/p' APPEND FORMAT Parquet");
}

TEST(ReadStatementWords, KnowsInserts) {
  EXPECT_TRUE(ReadStatementWords("/* x */ insert into t select 1").is_insert);
  EXPECT_TRUE(ReadStatementWords("; insert into t select 1").is_insert);
  EXPECT_FALSE(ReadStatementWords("select 'insert'").is_insert);
  EXPECT_FALSE(ReadStatementWords("").is_insert);
}

TEST(ReadStatementWords, SeesWhatChangesTheShapeOfAResult) {
  EXPECT_TRUE(ReadStatementWords("SELECT 1 GROUP BY 1 WITH totals").changes_shape);
  EXPECT_TRUE(ReadStatementWords("SELECT 1 SETTINGS extremes = 1").changes_shape);
  EXPECT_FALSE(ReadStatementWords("SELECT 'totals'").changes_shape);
}

}  // namespace
}  // namespace polyhouse::engine
