#include <gtest/gtest.h>

#include "adapters/clickhouse/error_class.h"

namespace polyhouse {
namespace {

TEST(ClassifyClickHouseCode, StopsForWhatAnOperatorMustMend) {
  for (const int code : {10, 16, 47, 60, 81, 115, 164, 192, 193, 452, 472, 497, 516}) {
    EXPECT_EQ(ClassifyClickHouseCode(code), ErrorKind::kConfig) << code;
  }
}

TEST(ClassifyClickHouseCode, RejectsDataThatWillNeverBeTaken) {
  for (const int code : {6, 27, 32, 33, 36, 62, 72, 117, 321, 349, 469, 636}) {
    EXPECT_EQ(ClassifyClickHouseCode(code), ErrorKind::kRejected) << code;
  }
}

TEST(ClassifyClickHouseCode, RepeatsForEverythingElseKnownOrNot) {
  for (const int code :
       {0, 159, 202, 209, 210, 236, 241, 242, 243, 252, 319, 394, 999, 123'456, -1}) {
    EXPECT_EQ(ClassifyClickHouseCode(code), ErrorKind::kTransient) << code;
  }
}

/// The tables are searched by halves: an unsorted one would lose codes.
TEST(ClassifyClickHouseCode, KnowsAsManyCodesAsItsTablesHave) {
  int config = 0;
  int rejected = 0;
  for (int code = 0; code < 2'000; ++code) {
    config += ClassifyClickHouseCode(code) == ErrorKind::kConfig;
    rejected += ClassifyClickHouseCode(code) == ErrorKind::kRejected;
  }
  EXPECT_EQ(config, 19);
  EXPECT_EQ(rejected, 22);
}

TEST(ParseExceptionCode, IsZeroWithoutANumber) {
  EXPECT_EQ(ParseExceptionCode("60"), 60);
  EXPECT_EQ(ParseExceptionCode(""), 0);
  EXPECT_EQ(ParseExceptionCode("x"), 0);
}

}  // namespace
}  // namespace polyhouse
