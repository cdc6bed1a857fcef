#include <gmock/gmock.h>

#include "adapters/clickhouse/clickhouse_client.h"
#include "adapters/clickhouse/server_check.h"
#include "support/result_matchers.h"

namespace polyhouse {
namespace {

TEST(ParseClickHouseUrls, TakesSeveralServersEachWithItsUser) {
  const auto endpoints = ParseClickHouseUrls("http://a:p,w@one:8123/,https://two:8443");

  ASSERT_THAT(endpoints, IsOk());
  ASSERT_EQ(endpoints->size(), 2U);
  EXPECT_EQ(endpoints->at(0).url, "http://one:8123");
  EXPECT_EQ(endpoints->at(0).user, "a");
  EXPECT_EQ(endpoints->at(0).password.Reveal(), "p,w");
  EXPECT_EQ(endpoints->at(1).url, "https://two:8443");
  EXPECT_EQ(endpoints->at(1).user, "");
}

TEST(ParseClickHouseUrls, SaysWhatIsWrongWithoutThePassword) {
  for (const char* text : {"clickhouse://u:secret@h",
                           "http://u:secret@h/db",
                           "http://u:secret@h?database=x",
                           "http://u:secret@",
                           "http://h,http://u:secret%@h",
                           "u:secret@h"}) {
    const auto endpoints = ParseClickHouseUrls(text);
    ASSERT_THAT(endpoints, HasError(ErrorKind::kConfig)) << text;
    EXPECT_THAT(endpoints.error().message, testing::Not(testing::HasSubstr("secret"))) << text;
  }
  EXPECT_THAT(ParseClickHouseUrls("tcp://h"), HasError(ErrorKind::kConfig, "http:// or https://"));
  EXPECT_THAT(ParseClickHouseUrls("http://h/db"), HasError(ErrorKind::kConfig, "--database"));
  EXPECT_THAT(ParseClickHouseUrls("http://h,http://"), HasError(ErrorKind::kConfig, "number 2"));
}

TEST(ParseClickHouseSettings, TakesPairs) {
  EXPECT_THAT(ParseClickHouseSettings("").value(), testing::IsEmpty());
  EXPECT_THAT(ParseClickHouseSettings("a=1,b=x=y").value(),
              testing::ElementsAre(testing::Pair("a", "1"), testing::Pair("b", "x=y")));
  EXPECT_THAT(ParseClickHouseSettings("a"), HasError(ErrorKind::kConfig, "\"a\""));
  EXPECT_THAT(ParseClickHouseSettings("=1"), HasError(ErrorKind::kConfig));
}

TEST(IsAtLeastVersion, ComparesNumbersNotTexts) {
  EXPECT_TRUE(IsAtLeastVersion("24.3.1.1", 24, 3));
  EXPECT_TRUE(IsAtLeastVersion("24.12", 24, 3));
  EXPECT_TRUE(IsAtLeastVersion("100.1", 24, 3));
  EXPECT_FALSE(IsAtLeastVersion("24.2.9", 24, 3));
  EXPECT_FALSE(IsAtLeastVersion("18.16.1", 24, 3));
  EXPECT_FALSE(IsAtLeastVersion("", 24, 3));
  EXPECT_FALSE(IsAtLeastVersion("24", 24, 3));
  EXPECT_FALSE(IsAtLeastVersion("x.3", 24, 3));
}

/// Under one token for all batches the server kept the first and skipped the rest: rows were lost.
TEST(CheckInsertSettings, RefusesWhatWouldLoseRows) {
  for (const char* settings : {"insert_deduplication_token=x",
                               "max_threads=1,insert_deduplicate=0",
                               "database=other",
                               "wait_for_async_insert=0",
                               "distributed_foreground_insert=0",
                               "insert_distributed_sync=false",
                               "materialized_views_ignore_errors=1",
                               "input_format_allow_errors_num=10"}) {
    EXPECT_THAT(CheckInsertSettings(*ParseClickHouseSettings(settings)),
                HasError(ErrorKind::kConfig, "leave it out"))
        << settings;
  }
  EXPECT_THAT(CheckInsertSettings(*ParseClickHouseSettings(
                  "insert_quorum=2,wait_for_async_insert=1,input_format_allow_errors_num=0")),
              IsOk());
}

}  // namespace
}  // namespace polyhouse
