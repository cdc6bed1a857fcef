#include "codec/witness_page.h"

#include "support/result_matchers.h"

namespace polyhouse {
namespace {

using testing::HasSubstr;

WitnessPage Parsed(const std::string& body) {
  WitnessPageParser parser;
  return ValueOf(parser.Parse(body, 7));
}

TEST(WitnessPageParser, ReadsAMarketWithItsWinner) {
  const auto page = Parsed(R"({"data":[{"enable_order_book":true,"condition_id":"0xab",
      "market_slug":"rain","closed":true,"archived":true,"tokens":[
        {"token_id":"1","outcome":"Yes","price":0,"winner":false},
        {"winner":true,"token_id":"2","outcome":"No","price":1}]}],
      "next_cursor":"MTAwMA==","limit":1000,"count":1})");

  ASSERT_EQ(page.rows.size(), 1U);
  EXPECT_TRUE(page.rows[0] == (WitnessMarket{.condition_id = "0xab",
                                             .market_slug = "rain",
                                             .closed = true,
                                             .winner = "No",
                                             .archived = true,
                                             .version = 7}));
  EXPECT_EQ(page.next_cursor, "MTAwMA==");
}

TEST(WitnessPageParser, EndsAtTheTerminalCursorAnEmptyOneOrNone) {
  EXPECT_EQ(Parsed(R"({"data":[],"next_cursor":"LTE="})").next_cursor, "");
  EXPECT_EQ(Parsed(R"({"data":[],"next_cursor":""})").next_cursor, "");
  EXPECT_EQ(Parsed(R"({"data":null})").next_cursor, "");
}

TEST(WitnessPageParser, CountsWhatCannotBeComparedAndGoesOn) {
  const auto page = Parsed(R"({"data":[{"condition_id":""},{"condition_id":5},{"closed":"maybe",
      "condition_id":"0x1"},{"condition_id":"0x2","tokens":null}],"next_cursor":"x"})");

  EXPECT_EQ(page.without_id, 1U);
  EXPECT_EQ(page.bad.size(), 2U);
  ASSERT_EQ(page.rows.size(), 1U);
  EXPECT_EQ(page.rows[0].condition_id, "0x2");
  EXPECT_EQ(page.records(), 4U);
}

TEST(WitnessPageParser, IsTransientForWhatIsNoPage) {
  WitnessPageParser parser;
  for (const std::string body : {"",
                                 "<html>",
                                 "[]",
                                 R"({"error":"Too Many Requests"})",
                                 R"({"data":[{"condition_id":"0x1"})",
                                 R"({"data":[]} more)"}) {
    EXPECT_THAT(parser.Parse(body, 1), HasError(ErrorKind::kTransient)) << body;
  }
  EXPECT_THAT(parser.Parse("<html>", 1).error().message, HasSubstr("<html>"));
}

/// The whole page could not be read, and the comparison never went past it.
TEST(WitnessPageParser, BytesThatNoJsonMayHoldCostTheirRecordAtMost) {
  const auto page = Parsed(
      "{\"data\":[{\"condition_id\":\"0x1\",\"question\":\"\xff\t\"},{\"condition_id\":\"0x2\xff\"}"
      ","
      "{\"condition_id\":\"0x3\"}],\"next_cursor\":\"x\"}");

  ASSERT_EQ(page.rows.size(), 2U);
  EXPECT_EQ(page.rows[0].condition_id, "0x1");
  EXPECT_EQ(page.rows[1].condition_id, "0x3");
  ASSERT_EQ(page.bad.size(), 1U);
  EXPECT_THAT(page.bad[0].message, HasSubstr("field condition_id: invalid UTF-8"));
  EXPECT_EQ(page.next_cursor, "x");

  WitnessPageParser parser;
  EXPECT_THAT(parser.Parse("{\"data\":[],\"next_cursor\":\"\xff\"}", 1),
              HasError(ErrorKind::kTransient));
}

}  // namespace
}  // namespace polyhouse
