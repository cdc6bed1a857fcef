#include <map>

#include "codec/api_page.h"
#include "codec/timestamp.h"
#include "support/result_matchers.h"

namespace polyhouse {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// 2^256 - 1, the largest token id.
constexpr const char* kLargestToken =
    "115792089237316195423570985008687907853269984665640564039457584007913129639935";

Result<Market> ParseMarket(const std::string& raw) {
  return ApiPageParser<Market>(PageShape::kEnvelope).ParseRecord(raw, 1);
}
Result<Event> ParseEvent(const std::string& raw) {
  return ApiPageParser<Event>(PageShape::kEnvelope).ParseRecord(raw, 1);
}

TEST(MarketRecord, PutsEveryFieldInItsPlace) {
  const auto market = ParseMarket(R"({
    "id":"501","question":"Example?","conditionId":"0xab","slug":"example","version":"v1",
    "outcomes":"[\"Up\", \"Down\"]","outcomePrices":"[\"1\", \"0\"]",
    "clobTokenIds":"[\"7777\", \"8888\"]","volume":"12.5","liquidity":"0.25",
    "active":true,"closed":true,"archived":false,"negRisk":true,
    "createdAt":"2026-03-11T09:29:01.328428Z","closedTime":"2026-01-02 03:04:05+00",
    "endDate":"2026-03-12T09:25:00Z","updatedAt":"2026-03-13T00:00:00Z",
    "umaResolutionStatus":"resolved","description":"Long.",
    "events":[{"id":"42","slug":"the-event","ticker":"TICK","title":"x"},{"id":"43"}]})");

  ASSERT_THAT(market, IsOk());
  EXPECT_EQ(market->id.value(), "501");
  EXPECT_EQ(market->question, "Example?");
  EXPECT_EQ(market->condition_id, "0xab");
  EXPECT_EQ(market->market_slug, "example");
  EXPECT_THAT(market->outcomes, ElementsAre("Up", "Down"));
  EXPECT_THAT(market->outcome_prices, ElementsAre(DecimalText{"1"}, DecimalText{"0"}));
  EXPECT_THAT(market->tokens, ElementsAre(TokenId("7777"), TokenId("8888")));
  EXPECT_EQ(market->volume, DecimalText{"12.5"});
  EXPECT_EQ(market->liquidity, DecimalText{"0.25"});
  EXPECT_TRUE(market->active);
  EXPECT_TRUE(market->closed);
  EXPECT_FALSE(market->archived);
  EXPECT_TRUE(market->neg_risk);
  EXPECT_EQ(FormatTime(*market->created_at), "2026-03-11T09:29:01.328Z");
  EXPECT_EQ(FormatTime(*market->closed_time), "2026-01-02T03:04:05.000Z");
  EXPECT_EQ(FormatTime(*market->end_date), "2026-03-12T09:25:00.000Z");
  EXPECT_EQ(FormatTime(*market->updated_at), "2026-03-13T00:00:00.000Z");
  EXPECT_EQ(market->resolution_status, "resolved");
  EXPECT_EQ(market->description, "Long.");
  EXPECT_EQ(market->event_id.value(), "42");
  EXPECT_EQ(market->event_slug, "the-event");
  EXPECT_EQ(market->ticker, "TICK");
  EXPECT_EQ(market->winner, "Up");
}

TEST(MarketRecord, NeedsNothingButAnId) {
  Market expected;
  expected.id = MarketId("501");
  expected.version = 1;

  const auto market = ParseMarket(R"({"id":"501"})");

  ASSERT_THAT(market, IsOk());
  EXPECT_EQ(*market, expected);
}

TEST(EventRecord, PutsEveryFieldInItsPlace) {
  const auto event = ParseEvent(R"({
    "id":"42","slug":"s","ticker":"T","title":"Title","description":"D","seriesSlug":"weekly",
    "createdAt":"2026-01-01","startDate":"2026-01-02","endDate":"2026-01-03",
    "closedTime":"2026-01-04 00:00:00+00","updatedAt":"2026-01-05",
    "active":true,"closed":true,"archived":true,"negRisk":true,
    "volume":26458.188064999995,"liquidity":"7",
    "tags":[{"id":"1","label":"A;B","slug":"a"},{"label":""},{"label":null},{"slug":"no label"},
            {"label":"C"}],
    "markets":[{"id":"1"},{},{"id":"3"}]})");

  ASSERT_THAT(event, IsOk());
  EXPECT_EQ(event->id.value(), "42");
  EXPECT_EQ(event->slug, "s");
  EXPECT_EQ(event->ticker, "T");
  EXPECT_EQ(event->title, "Title");
  EXPECT_EQ(event->description, "D");
  EXPECT_EQ(event->series_slug, "weekly");
  EXPECT_EQ(FormatTime(*event->created_at), "2026-01-01T00:00:00.000Z");
  EXPECT_EQ(FormatTime(*event->start_date), "2026-01-02T00:00:00.000Z");
  EXPECT_EQ(FormatTime(*event->end_date), "2026-01-03T00:00:00.000Z");
  EXPECT_EQ(FormatTime(*event->closed_time), "2026-01-04T00:00:00.000Z");
  EXPECT_EQ(FormatTime(*event->updated_at), "2026-01-05T00:00:00.000Z");
  EXPECT_TRUE(event->active && event->closed && event->archived && event->neg_risk);
  EXPECT_EQ(event->volume, DecimalText{"26458.188064999995"});
  EXPECT_EQ(event->liquidity, DecimalText{"7"});
  EXPECT_THAT(event->tags.values, ElementsAre("A;B", "C"));
  EXPECT_EQ(event->markets_count, 3U);
}

TEST(MarketRecord, KeepsTokensOfSeventyEightDigitsExactHoweverTheyAreSent) {
  const std::string token = kLargestToken;
  for (const std::string& sent : {"[\"" + token + "\"]",
                                  "[" + token + "]",
                                  "[ " + token + " ]",
                                  R"("[\")" + token + R"(\"]")",
                                  "\"[" + token + "]\""}) {
    const auto market = ParseMarket(R"({"id":"1","clobTokenIds":)" + sent + "}");

    ASSERT_THAT(market, IsOk()) << sent;
    EXPECT_THAT(market->tokens, ElementsAre(TokenId(token))) << sent;
  }
}

TEST(MarketRecord, KeepsAnIdExactHoweverItIsSent) {
  for (const std::string sent : {R"("501")", "501", "501 "}) {
    const auto market = ParseMarket(R"({"question":"?","id":)" + std::string(sent) + "}");

    ASSERT_THAT(market, IsOk()) << sent;
    EXPECT_EQ(market->id.value(), "501");
  }
  EXPECT_EQ(ParseMarket(std::string(R"({"id":)") + kLargestToken + "}")->id.value(), kLargestToken);
}

TEST(MarketRecord, ReadsListsAsArraysOrAsTextThatHoldsOne) {
  for (const char* sent : {R"(["A","B"])", R"("[\"A\", \"B\"]")"}) {
    const auto market = ParseMarket(R"({"id":"1","outcomes":)" + std::string(sent) + "}");

    ASSERT_THAT(market, IsOk()) << sent;
    EXPECT_THAT(market->outcomes, ElementsAre("A", "B")) << sent;
  }
  for (const char* sent : {R"("")", "[]", R"("[]")", "null"}) {
    const auto market = ParseMarket(R"({"id":"1","outcomes":)" + std::string(sent) + "}");

    ASSERT_THAT(market, IsOk()) << sent;
    EXPECT_THAT(market->outcomes, IsEmpty()) << sent;
  }
}

TEST(MarketRecord, KeepsThreeOutcomes) {
  const auto market = ParseMarket(
      R"({"id":"1","outcomes":"[\"A\",\"B\",\"C\"]","outcomePrices":"[\"0.1\",0.2,\"0.7\"]",)"
      R"("clobTokenIds":"[\"1\",\"2\",\"3\"]"})");

  ASSERT_THAT(market, IsOk());
  EXPECT_THAT(market->outcomes, ElementsAre("A", "B", "C"));
  EXPECT_THAT(market->outcome_prices,
              ElementsAre(DecimalText{"0.1"}, DecimalText{"0.2"}, DecimalText{"0.7"}));
  EXPECT_EQ(market->tokens.size(), 3U);
}

/// N13 of the original: it took the flag from negRiskAugmented and negRiskOther.
TEST(MarketRecord, TakesNegRiskFromTheMarketsOwnFlag) {
  const char* others = R"("negRiskOther":true,"negRiskAugmented":true,"enableNegRisk":true,)"
                       R"("events":[{"id":"1","negRisk":true,"negRiskAugmented":true}])";

  EXPECT_FALSE(ParseMarket(R"({"id":"1",)" + std::string(others) + "}")->neg_risk);
  EXPECT_TRUE(ParseMarket(R"({"id":"1","negRisk":true,"negRiskOther":false})")->neg_risk);
  EXPECT_TRUE(ParseMarket(R"({"id":"1","negRisk":"true"})")->neg_risk);
  EXPECT_FALSE(ParseMarket(R"({"id":"1","negRisk":"false"})")->neg_risk);
  EXPECT_FALSE(ParseMarket(R"({"id":"1","negRisk":null})")->neg_risk);
}

TEST(MarketRecord, TakesTokensByThePositionSystemItNames) {
  const std::string both = R"({"id":"1","clobTokenIds":"[\"1\"]","positionIds":["2"])";

  EXPECT_THAT(ParseMarket(both + R"(,"version":"v1"})")->tokens, ElementsAre(TokenId("1")));
  EXPECT_THAT(ParseMarket(both + R"(,"version":"v2"})")->tokens, ElementsAre(TokenId("2")));
  EXPECT_THAT(ParseMarket(both + "}")->tokens, ElementsAre(TokenId("1")));
  EXPECT_THAT(ParseMarket(both + R"(,"version":null})")->tokens, ElementsAre(TokenId("1")));
}

TEST(MarketRecord, IsRefusedWhenItsPositionSystemIsUnknown) {
  EXPECT_THAT(ParseMarket(R"({"id":"1","version":"v3"})"), HasError(ErrorKind::kMalformed, "v3"));
}

TEST(MarketRecord, TakesTheLastOfTwoEqualKeys) {
  const auto market =
      ParseMarket(R"({"id":"1","question":"a","outcomes":"[\"x\"]","id":"2","question":"b",)"
                  R"("outcomes":["y","z"]})");

  ASSERT_THAT(market, IsOk());
  EXPECT_EQ(market->id.value(), "2");
  EXPECT_EQ(market->question, "b");
  EXPECT_THAT(market->outcomes, ElementsAre("y", "z"));
}

TEST(EventRecord, TakesTheLastOfTwoEqualKeys) {
  const auto event =
      ParseEvent(R"({"id":"1","markets":[{},{}],"tags":[{"label":"a"}],"markets":[{}],)"
                 R"("tags":[{"label":"b"}]})");

  ASSERT_THAT(event, IsOk());
  EXPECT_EQ(event->markets_count, 1U);
  EXPECT_THAT(event->tags.values, ElementsAre("b"));
}

TEST(MarketRecord, PrefersUmasWordOnTheResolution) {
  EXPECT_EQ(
      ParseMarket(R"({"id":"1","umaResolutionStatus":"proposed","resolutionStatus":"active"})")
          ->resolution_status,
      "proposed");
  EXPECT_EQ(ParseMarket(R"({"id":"1","resolutionStatus":"active"})")->resolution_status, "active");
}

TEST(MarketRecord, UnescapesText) {
  const auto market =
      ParseMarket(R"({"id":"1","question":"\u00e9 \ud83d\ude00 \n \"\\\/ \u0000"})");

  ASSERT_THAT(market, IsOk());
  EXPECT_EQ(market->question, std::string("é 😀 \n \"\\/ \0", 15));
}

/// Each used field with each type of value: which of them are read.
enum Readable { kYes, kNo };
struct Shapes {
  Readable number, text, boolean, list, object;
};
// The text and the number below are ones that every reader of texts and numbers understands.
constexpr Shapes kTextField{kNo, kYes, kNo, kNo, kNo};
constexpr Shapes kIdField{kYes, kYes, kNo, kNo, kNo};
constexpr Shapes kBoolField{kNo, kNo, kYes, kNo, kNo};
constexpr Shapes kTimeField{kYes, kYes, kNo, kNo, kNo};
constexpr Shapes kDecimalField{kYes, kYes, kNo, kNo, kNo};
constexpr Shapes kListField{kNo, kNo, kNo, kYes, kNo};
constexpr Shapes kObjectsField{kNo, kNo, kNo, kNo, kNo};

const std::map<std::string, Shapes> kMarketFields = {
    {"active", kBoolField},
    {"archived", kBoolField},
    {"clobTokenIds", kListField},
    {"closed", kBoolField},
    {"closedTime", kTimeField},
    {"conditionId", kTextField},
    {"createdAt", kTimeField},
    {"description", kTextField},
    {"endDate", kTimeField},
    {"events", kObjectsField},
    {"liquidity", kDecimalField},
    {"negRisk", kBoolField},
    {"outcomePrices", kListField},
    {"outcomes", kListField},
    {"positionIds", kListField},
    {"question", kTextField},
    {"resolutionStatus", kTextField},
    {"slug", kTextField},
    {"umaResolutionStatus", kTextField},
    {"updatedAt", kTimeField},
    {"volume", kDecimalField},
    {"id", kIdField},
};
const std::map<std::string, Shapes> kEventFields = {
    {"active", kBoolField},     {"archived", kBoolField},     {"closed", kBoolField},
    {"closedTime", kTimeField}, {"createdAt", kTimeField},    {"description", kTextField},
    {"endDate", kTimeField},    {"liquidity", kDecimalField}, {"markets", kObjectsField},
    {"negRisk", kBoolField},    {"seriesSlug", kTextField},   {"slug", kTextField},
    {"startDate", kTimeField},  {"tags", kObjectsField},      {"ticker", kTextField},
    {"title", kTextField},      {"updatedAt", kTimeField},    {"volume", kDecimalField},
    {"id", kIdField},
};

template <class Row>
void ExpectRowOrOneBadRecord(const std::string& field,
                             const std::string& value,
                             Readable readable) {
  const std::string raw =
      (field == "id" ? "{" : "{\"id\":\"5\",") + ("\"" + field + "\":") + value + "}";
  ApiPageParser<Row> parser(PageShape::kArray);

  const auto page = parser.ParsePage(R"([{"id":"1"},)" + raw + R"(,{"id":"2"}])", 1);

  ASSERT_THAT(page, IsOk()) << raw;
  ASSERT_EQ(page->records(), 3U) << raw;
  EXPECT_EQ(page->rows.front().id.value(), "1") << raw;
  EXPECT_EQ(page->rows.back().id.value(), "2") << raw;
  ASSERT_EQ(page->bad.empty(), readable == kYes) << raw;
  if (page->bad.empty()) return;
  EXPECT_EQ(page->bad[0].raw, raw);
  EXPECT_EQ(page->bad[0].error.kind, ErrorKind::kMalformed);
  EXPECT_THAT(page->bad[0].error.message, testing::HasSubstr("field " + field)) << raw;
}

template <class Row>
void ExpectEachFieldWithEachType(const std::map<std::string, Shapes>& fields) {
  for (const auto& [field, shapes] : fields) {
    ExpectRowOrOneBadRecord<Row>(field, "1773221341", shapes.number);
    ExpectRowOrOneBadRecord<Row>(field, "\"1773221341\"", shapes.text);
    ExpectRowOrOneBadRecord<Row>(field, "true", shapes.boolean);
    ExpectRowOrOneBadRecord<Row>(field, "[\"1\"]", shapes.list);
    ExpectRowOrOneBadRecord<Row>(field, "[[\"1\"]]", kNo);
    ExpectRowOrOneBadRecord<Row>(field, "[null]", kNo);
    ExpectRowOrOneBadRecord<Row>(field, "{\"a\":\"1\"}", shapes.object);
    ExpectRowOrOneBadRecord<Row>(field, "null", field == "id" ? kNo : kYes);
  }
}

TEST(MarketRecord, IsARowOrOneBadRecordForEachFieldWithEachType) {
  ExpectEachFieldWithEachType<Market>(kMarketFields);
}

TEST(EventRecord, IsARowOrOneBadRecordForEachFieldWithEachType) {
  ExpectEachFieldWithEachType<Event>(kEventFields);
}

TEST(MarketRecord, IsMalformedForAValueThatCannotBeRead) {
  for (const char* member : {R"("id":"")",
                             R"("id":"12a")",
                             R"("id":"-5")",
                             R"("id":1.5)",
                             R"("id":1e3)",
                             R"("createdAt":"yesterday")",
                             R"("createdAt":"2026-02-30")",
                             R"("volume":"a lot")",
                             R"("volume":"NaN")",
                             R"("volume":1e999)",
                             R"("active":"yes")",
                             R"("outcomes":"no list")",
                             R"("outcomes":"[\"a\"")",
                             R"("outcomes":"[\"a\"] x")",
                             R"("outcomes":"{}")",
                             R"("clobTokenIds":["0x12"])",
                             R"("clobTokenIds":[""])",
                             R"("outcomePrices":["x"])",
                             R"("events":[7])",
                             R"("events":[{"id":"x"}])"}) {
    const std::string id = std::string_view(member).starts_with("\"id\"") ? "" : R"("id":"5",)";
    EXPECT_THAT(ParseMarket("{" + id + member + "}"), HasError(ErrorKind::kMalformed)) << member;
  }
}

TEST(ParseRecord, IsMalformedForAnythingButOneObject) {
  for (const char* raw : {"", " ", "null", "[]", "7", R"({"id":"1")", R"({"id":"1"} x)"}) {
    EXPECT_THAT(ParseMarket(raw), HasError(ErrorKind::kMalformed)) << raw;
  }
}

}  // namespace
}  // namespace polyhouse
