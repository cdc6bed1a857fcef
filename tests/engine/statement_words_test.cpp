#include "engine/statement_words.h"

#include <gtest/gtest.h>

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
