#include "engine/reader_names.h"

#include <gtest/gtest.h>

namespace polyhouse::engine {
namespace {

TEST(RefusedName, FindsNamesBareAndQuotedInAnyCase) {
  EXPECT_EQ(RefusedName("SELECT file('/etc/passwd')", {}), "file");
  EXPECT_EQ(RefusedName("SELECT * APPLY x -> `File`(x) FROM t", {}), "File");
  EXPECT_EQ(RefusedName("SHOW TABLES WHERE \"aiGenerate\"('x') = ''", {}), "aiGenerate");
  EXPECT_EQ(RefusedName("SELECT arrayMap(file, ['x'])", {}), "file");
}

TEST(RefusedName, LeavesTextsAndOtherNamesAlone) {
  EXPECT_EQ(RefusedName("SELECT 'file', profile, filetime(1) FROM files", {}), "");
  EXPECT_EQ(RefusedName("SELECT {p:String}", {{"p", "file"}}), "");
}

TEST(RefusedName, LooksAtParametersThatSpellNames) {
  const std::string sql = "SELECT arrayMap({f:Identifier}, [{p:String}])";
  EXPECT_EQ(RefusedName(sql, {{"f", "file"}}), "file");
  EXPECT_EQ(RefusedName(sql, {{"f", "fil\\x65"}}), "fil\\x65");
  EXPECT_EQ(RefusedName("SELECT {c:Identifier} FROM t", {{"c", "t.question"}}), "");
}

}  // namespace
}  // namespace polyhouse::engine
