#include "engine/reader_names.h"

#include <gtest/gtest.h>

namespace polyhouse::engine {
namespace {

std::string Refused(std::string_view spelled, const QueryParameters& parameters) {
  return ReaderNames({"eval", "sqlite", "url", "numbers", "viewExplain"})
      .Refused(spelled, parameters);
}

TEST(ReaderNames, FindsNamesBareAndQuotedInAnyCase) {
  EXPECT_EQ(Refused("SELECT file('/etc/passwd')", {}), "file");
  EXPECT_EQ(Refused("SELECT * APPLY x -> `File`(x) FROM t", {}), "File");
  EXPECT_EQ(Refused("SHOW TABLES WHERE \"aiGenerate\"('x') = ''", {}), "aiGenerate");
  EXPECT_EQ(Refused("SELECT arrayMap(file, ['x'])", {}), "file");
}

TEST(ReaderNames, LeavesTextsAndOtherNamesAlone) {
  EXPECT_EQ(Refused("SELECT 'file', profile, filetime(1) FROM files", {}), "");
  EXPECT_EQ(Refused("SELECT {p:String}", {{"p", "file"}}), "");
}

/// It made its file before the engine looked at rights.
TEST(ReaderNames, FindsTableFunctionsThatAreNotKnownToBeHarmless) {
  EXPECT_EQ(Refused("SELECT * FROM sqlite('x', 't')", {}), "sqlite");
  EXPECT_EQ(Refused("SELECT * FROM `EVAL` ('SELECT 1')", {}), "EVAL");
  EXPECT_EQ(Refused("SELECT url, eval FROM t, numbers(3) WHERE url IN ('a')", {}), "");
  EXPECT_EQ(Refused("SELECT * FROM viewExplain('EXPLAIN', '', (SELECT 1))", {}), "");
}

TEST(ReaderNames, LooksAtParametersThatSpellNames) {
  const std::string sql = "SELECT arrayMap({f:Identifier}, [{p:String}])";
  EXPECT_EQ(Refused(sql, {{"f", "file"}}), "file");
  EXPECT_EQ(Refused(sql, {{"f", "fil\\x65"}}), "fil\\x65");
  EXPECT_EQ(Refused("SELECT {c:Identifier} FROM t", {{"c", "t.question"}}), "");
}

}  // namespace
}  // namespace polyhouse::engine
