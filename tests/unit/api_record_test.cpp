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

/// The row of a record of which everything can be read.
template <class Row>
Result<Row> ParseClean(const std::string& raw) {
  auto page = ApiPageParser<Row>(PageShape::kEnvelope).ParseRecord(raw, 1);
  if (!page) return page.error();
  if (!page->odd.empty()) return MalformedError(page->odd.at(0).unreadable);
  return page->rows.at(0);
}
/// The page of a record that is a row, whatever of it cannot be read.
template <class Row>
ApiPage<Row> ParseOdd(const std::string& raw) {
  return ValueOf(ApiPageParser<Row>(PageShape::kEnvelope).ParseRecord(raw, 1));
}
Result<Market> ParseMarket(const std::string& raw) {
  return ParseClean<Market>(raw);
}
Result<Event> ParseEvent(const std::string& raw) {
  return ParseClean<Event>(raw);
}

TEST(MarketRecord, PutsEveryFieldInItsPlace) {
  const auto market = ParseMarket(R"({
    "id":"501","question":"Example?","conditionId":"0xab","slug":"example","version":"v1",
    "outcomes":"[\"Up\", \"Down\"]","outcomePrices":"[\"1\", \"0\"]",
    "clobTokenIds":"[\"7777\", \"8888\"]","volume":"12.5","liquidity":"0.25",
    "active":true,"closed":true,"archived":false,"negRisk":true,
    "createdAt":"2026-03-11T09:29:01.328428Z","closedTime":"2026-01-02 03:04:05+00",
    "endDate":"2026-03-12T09:25:00Z","updatedAt":"2026-03-13T00:00:00Z",
    "umaResolutionStatus":"resolved","description":"Long.","startDate":"2026-03-10T00:00:00Z",
    "groupItemTitle":"Group","questionID":"0xq","negRiskMarketID":"0xn","resolutionSource":"https://r",
    "lastTradePrice":0.5,"bestBid":0.4,"bestAsk":"0.6","spread":0.2,"volume24hr":7.25,
    "orderPriceMinTickSize":0.001,"orderMinSize":5,"acceptingOrders":true,"icon":"https://i",
    "feeSchedule":{"exponent":1,"rate":0.07,"takerOnly":true},"positionIds":["91","92"],
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
  EXPECT_EQ(market->winner_index, 0);
  EXPECT_EQ(FormatTime(*market->start_date), "2026-03-10T00:00:00.000Z");
  EXPECT_EQ(market->group_item_title, "Group");
  EXPECT_EQ(market->question_id, "0xq");
  EXPECT_EQ(market->neg_risk_market_id, "0xn");
  EXPECT_EQ(market->resolution_source, "https://r");
  EXPECT_EQ(market->last_trade_price, DecimalText{"0.5"});
  EXPECT_EQ(market->best_bid, DecimalText{"0.4"});
  EXPECT_EQ(market->best_ask, DecimalText{"0.6"});
  EXPECT_EQ(market->spread, DecimalText{"0.2"});
  EXPECT_EQ(market->volume_24h, DecimalText{"7.25"});
  EXPECT_EQ(market->tick_size, DecimalText{"0.001"});
  EXPECT_EQ(market->min_order_size, DecimalText{"5"});
  EXPECT_TRUE(market->accepting_orders);
  EXPECT_EQ(market->fee_rate, DecimalText{"0.07"});
  EXPECT_EQ(market->icon, "https://i");
  EXPECT_EQ(market->protocol, "v1");
  EXPECT_THAT(market->position_ids, ElementsAre(TokenId("91"), TokenId("92")));
  EXPECT_THAT(market->event_ids, ElementsAre(EventId("42"), EventId("43")));
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
    "volume":26458.188064999995,"liquidity":"7","startTime":"2026-01-06","volume24hr":3,
    "parentEventId":41,"commentCount":12,"icon":"https://i",
    "tags":[{"id":"1","label":"A;B","slug":"a"},{"label":""},{"label":null},{"slug":"no label"},
            {"label":"C"},"bare"],
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
  EXPECT_THAT(event->tags.values, ElementsAre("A;B", "no label", "C", "bare"));
  EXPECT_EQ(event->markets_count, 3U);
  EXPECT_EQ(FormatTime(*event->start_time), "2026-01-06T00:00:00.000Z");
  EXPECT_EQ(event->volume_24h, DecimalText{"3"});
  EXPECT_EQ(event->parent_event_id.value(), "41");
  EXPECT_EQ(event->comment_count, 12U);
  EXPECT_EQ(event->icon, "https://i");
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

/// Both lists may be there; which one is traded nobody can guess.
TEST(MarketRecord, HasNoTokensWhenItsPositionSystemIsUnknown) {
  const auto page = ParseOdd<Market>(
      R"({"id":"1","version":"v3","question":"q","clobTokenIds":["1"],"positionIds":["2"]})");

  EXPECT_THAT(page.rows.at(0).tokens, IsEmpty());
  EXPECT_EQ(page.rows.at(0).question, "q");
  EXPECT_EQ(page.rows.at(0).protocol, "v3");
  EXPECT_THAT(page.odd.at(0).unreadable, testing::HasSubstr("field version"));
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

TEST(MarketRecord, TakesTheLastOfUmasWordsWhereThereIsNoSingleOne) {
  const auto status = [](const std::string& fields) {
    return ParseMarket(R"({"id":"1",)" + fields + "}")->resolution_status;
  };

  EXPECT_EQ(status(R"("umaResolutionStatuses":"[\"proposed\", \"resolved\"]")"), "resolved");
  EXPECT_EQ(status(R"("umaResolutionStatuses":["proposed","disputed"])"), "disputed");
  EXPECT_EQ(status(R"("umaResolutionStatuses":"[\"disputed\"]","umaResolutionStatus":"resolved")"),
            "resolved");
  EXPECT_EQ(status(R"("umaResolutionStatuses":"[]","resolutionStatus":"active")"), "active");
}

/// A winner is a fact or it is empty.
TEST(MarketRecord, HasNoWinnerBeforeItsResolutionIsFinal) {
  const std::string closed =
      R"({"id":"1","closed":true,"outcomes":["A","B"],"outcomePrices":["1","0"])";

  for (const std::string word : {"requested", "proposed", "disputed"}) {
    const auto market =
        ParseMarket(closed + R"(,"umaResolutionStatuses":["resolved",")" + word + "\"]}");
    EXPECT_EQ(market->winner, "") << word;
    EXPECT_EQ(market->winner_index, -1) << word;
    EXPECT_FALSE(IsSettled(*market)) << word;
  }
  const auto odd = ParseOdd<Market>(closed + R"(,"umaResolutionStatuses":7})").rows.at(0);
  EXPECT_EQ(odd.winner, "");
  EXPECT_FALSE(IsSettled(odd));
  EXPECT_EQ(ParseOdd<Market>(closed + R"(,"resolutionStatus":{}})").rows.at(0).winner, "");
  EXPECT_EQ(ParseMarket(closed + R"(,"umaResolutionStatuses":["proposed",null]})")->winner, "");
  EXPECT_EQ(ParseMarket(closed + R"(,"umaResolutionStatus":"null"})")->winner_index, 0);
  EXPECT_EQ(ParseMarket(closed + "}")->winner_index, 0);
}

TEST(MarketRecord, KeepsTheLinkToItsEventsWhenSomethingOfOneIsOdd) {
  const auto market = ParseOdd<Market>(
      R"({"id":"1","events":[{"slug":"nameless"},{"id":"7","slug":5,"ticker":"T"},{"id":"8"}]})");

  EXPECT_THAT(market.rows.at(0).event_ids, ElementsAre(EventId("7"), EventId("8")));
  EXPECT_EQ(market.rows.at(0).event_id.value(), "7");
  EXPECT_EQ(market.rows.at(0).ticker, "T");
  EXPECT_THAT(market.odd.at(0).unreadable, testing::HasSubstr("field events: field slug"));
}

TEST(MarketRecord, TellsTheWinnerOfTwoOutcomesWithOneName) {
  const auto market = ParseMarket(
      R"({"id":"1","closed":true,"outcomes":["Ymer","Ymer"],"outcomePrices":["0","1"]})");

  EXPECT_EQ(market->winner, "Ymer");
  EXPECT_EQ(market->winner_index, 1);
}

TEST(MarketRecord, TakesSilentlyForNoneWhatSaysNone) {
  const auto market = ParseMarket(
      R"({"id":"1","endDate":"  ","closedTime":"null","volume":" ","liquidity":"null",)"
      R"("closed":"","outcomes":"[\"Yes\", null]","outcomePrices":"[null, \"\"]",)"
      R"("clobTokenIds":"[\"\", \"222\"]","umaResolutionStatuses":"null","feeSchedule":null})");

  ASSERT_THAT(market, IsOk());
  EXPECT_FALSE(market->end_date || market->closed_time || market->volume || market->liquidity);
  EXPECT_THAT(market->outcomes, ElementsAre("Yes", ""));
  EXPECT_THAT(market->outcome_prices, ElementsAre(DecimalText{""}, DecimalText{""}));
  EXPECT_THAT(market->tokens, ElementsAre(TokenId(""), TokenId("222")));
}

TEST(EventRecord, TakesSilentlyForNoneWhatSaysNone) {
  for (const std::string none :
       {"null", R"("")", R"("  ")", R"("null")", "[]", R"("[]")", "[null]"}) {
    const auto event =
        ParseEvent(R"({"id":"1","icon":" ","markets":)" + none + R"(,"tags":)" + none + "}");

    ASSERT_THAT(event, IsOk()) << none;
    EXPECT_EQ(event->markets_count, 0U) << none;
    EXPECT_THAT(event->tags.values, IsEmpty()) << none;
    EXPECT_EQ(event->icon, "");
  }
}

TEST(MarketRecord, TakesSilentlyForNoneAVersionThatSaysNone) {
  for (const std::string none : {"null", R"("")", R"("  ")", R"("null")"}) {
    const auto market = ParseMarket(R"({"id":"1","clobTokenIds":["7"],"version":)" + none + "}");

    ASSERT_THAT(market, IsOk()) << none;
    EXPECT_EQ(market->protocol, "") << none;
    EXPECT_THAT(market->tokens, ElementsAre(TokenId("7"))) << none;
  }
}

TEST(MarketRecord, ReadsAVersionThatIsItsNumberAlone) {
  for (const std::string version : {"2", R"("2")", R"("v2")"}) {
    const auto market = ParseMarket(
        R"({"id":"1","clobTokenIds":["7"],"positionIds":["8"],"version":)" + version + "}");

    ASSERT_THAT(market, IsOk()) << version;
    EXPECT_EQ(market->protocol, "v2") << version;
    EXPECT_THAT(market->tokens, ElementsAre(TokenId("8"))) << version;
  }
  EXPECT_THAT(ParseOdd<Market>(R"({"id":"1","clobTokenIds":["7"],"version":2.5})").rows[0].tokens,
              IsEmpty());
}

/// They were taken for those of the old system, as where no version is told.
TEST(MarketRecord, HasNoTokensWhenItsVersionCannotBeRead) {
  const auto page = ParseOdd<Market>(R"({"id":"1","clobTokenIds":["7"],"version":{}})");

  EXPECT_THAT(page.rows.at(0).tokens, IsEmpty());
  EXPECT_THAT(page.odd.at(0).unreadable, testing::HasSubstr("field version"));
}

TEST(MarketRecord, TakesSilentlyForNoneEventsAndFeesThatSayNone) {
  for (const std::string none : {"null", R"("")", R"("  ")", R"("null")"}) {
    const auto market = ParseMarket(R"({"id":"1","conditionId":"null","feeSchedule":)" + none +
                                    R"(,"events":)" + none + "}");

    ASSERT_THAT(market, IsOk()) << none;
    EXPECT_FALSE(market->fee_rate) << none;
    EXPECT_THAT(market->event_ids, IsEmpty()) << none;
    EXPECT_EQ(market->condition_id, "");
  }
}

/// They counted as unknown, and the value was lost without a word.
TEST(MarketRecord, KnowsNamesWithEscapesInThem) {
  const auto market = ParseMarket(R"({"\u0069d":"1","vol\u0075me":"5","events":[{"i\u0064":"7"}],)"
                                  R"("feeSchedule":{"rat\u0065":0.07},"qu\q":1})");

  ASSERT_THAT(market, IsOk());
  EXPECT_EQ(market->id.value(), "1");
  EXPECT_EQ(market->volume, DecimalText{"5"});
  EXPECT_THAT(market->event_ids, ElementsAre(EventId("7")));
  EXPECT_EQ(market->fee_rate, DecimalText{"0.07"});
}

TEST(MarketRecord, NamesEachOfItsEventsOnce) {
  EXPECT_THAT(
      ParseMarket(R"({"id":"1","events":[{"id":"5"},{"id":6},{"id":5},{"id":"6"}]})")->event_ids,
      ElementsAre(EventId("5"), EventId("6")));
}

TEST(MarketRecord, PassesOverNullsAmongItsEvents) {
  EXPECT_THAT(ParseMarket(R"({"id":"1","events":[null]})")->event_ids, IsEmpty());
  EXPECT_THAT(ParseMarket(R"({"id":"1","events":[null,{"id":"900001"},null]})")->event_ids,
              ElementsAre(EventId("900001")));
}

TEST(MarketRecord, ReadsEventsAndFeesThatAreTextOfJson) {
  const auto market = ParseMarket(
      R"({"id":"1","events":"[{\"id\":\"5\",\"slug\":\"s\",\"ticker\":\"T\",\"title\":\"[\"},null]",)"
      R"("feeSchedule":"{\"rate\":0.07}"})");

  ASSERT_THAT(market, IsOk());
  EXPECT_THAT(market->event_ids, ElementsAre(EventId("5")));
  EXPECT_EQ(market->event_slug, "s");
  EXPECT_EQ(market->ticker, "T");
  EXPECT_EQ(market->fee_rate, DecimalText{"0.07"});
}

TEST(EventRecord, ReadsMarketsAndTagsThatAreTextOfJson) {
  const auto event = ParseEvent(
      R"({"id":"1","markets":"[{\"id\":\"5\"},{}]","tags":"[{\"label\":\"A\"},\"B\"]"})");

  ASSERT_THAT(event, IsOk());
  EXPECT_EQ(event->markets_count, 2U);
  EXPECT_THAT(event->tags.values, ElementsAre("A", "B"));
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
  Readable number, text, boolean, list, object, list_of_null = list;
};
// The text and the number below are ones that every reader of texts and numbers understands.
constexpr Shapes kTextField{kNo, kYes, kNo, kNo, kNo};
constexpr Shapes kIdField{kYes, kYes, kNo, kNo, kNo};
constexpr Shapes kBoolField{kNo, kNo, kYes, kNo, kNo};
constexpr Shapes kTimeField{kYes, kYes, kNo, kNo, kNo};
constexpr Shapes kDecimalField{kYes, kYes, kNo, kNo, kNo};
constexpr Shapes kListField{kNo, kNo, kNo, kYes, kNo};
constexpr Shapes kObjectsField{kNo, kNo, kNo, kNo, kNo, kYes};
constexpr Shapes kTagsField{kNo, kNo, kNo, kYes, kNo};
constexpr Shapes kObjectField{kNo, kNo, kNo, kNo, kYes};

const std::map<std::string, Shapes> kMarketFields = {
    {"acceptingOrders", kBoolField},
    {"active", kBoolField},
    {"archived", kBoolField},
    {"bestAsk", kDecimalField},
    {"bestBid", kDecimalField},
    {"clobTokenIds", kListField},
    {"closed", kBoolField},
    {"closedTime", kTimeField},
    {"conditionId", kTextField},
    {"createdAt", kTimeField},
    {"description", kTextField},
    {"endDate", kTimeField},
    {"events", kObjectsField},
    {"feeSchedule", kObjectField},
    {"groupItemTitle", kTextField},
    {"icon", kTextField},
    {"lastTradePrice", kDecimalField},
    {"liquidity", kDecimalField},
    {"negRisk", kBoolField},
    {"negRiskMarketID", kTextField},
    {"orderMinSize", kDecimalField},
    {"orderPriceMinTickSize", kDecimalField},
    {"outcomePrices", kListField},
    {"outcomes", kListField},
    {"positionIds", kListField},
    {"question", kTextField},
    {"questionID", kTextField},
    {"resolutionSource", kTextField},
    {"resolutionStatus", kTextField},
    {"slug", kTextField},
    {"spread", kDecimalField},
    {"startDate", kTimeField},
    {"umaResolutionStatus", kTextField},
    {"umaResolutionStatuses", kListField},
    {"updatedAt", kTimeField},
    {"volume", kDecimalField},
    {"volume24hr", kDecimalField},
    {"id", kIdField},
};
const std::map<std::string, Shapes> kEventFields = {
    {"active", kBoolField},     {"archived", kBoolField},
    {"closed", kBoolField},     {"closedTime", kTimeField},
    {"createdAt", kTimeField},  {"description", kTextField},
    {"endDate", kTimeField},    {"liquidity", kDecimalField},
    {"markets", kObjectsField}, {"negRisk", kBoolField},
    {"seriesSlug", kTextField}, {"slug", kTextField},
    {"startDate", kTimeField},  {"tags", kTagsField},
    {"ticker", kTextField},     {"title", kTextField},
    {"updatedAt", kTimeField},  {"volume", kDecimalField},
    {"icon", kTextField},       {"parentEventId", kIdField},
    {"startTime", kTimeField},  {"volume24hr", kDecimalField},
    {"id", kIdField},
};

/// A field never costs a row, but for the id.
template <class Row>
void ExpectRow(const std::string& field, const std::string& value, Readable readable) {
  const std::string raw =
      (field == "id" ? "{" : "{\"id\":\"5\",") + ("\"" + field + "\":") + value + "}";
  ApiPageParser<Row> parser(PageShape::kArray);

  const auto page = parser.ParsePage(R"([{"id":"1"},)" + raw + R"(,{"id":"2"}])", 1);

  ASSERT_THAT(page, IsOk()) << raw;
  ASSERT_EQ(page->records(), 3U) << raw;
  EXPECT_EQ(page->rows.front().id.value(), "1") << raw;
  EXPECT_EQ(page->rows.back().id.value(), "2") << raw;
  if (readable == kYes) {
    EXPECT_TRUE(page->bad.empty() && page->odd.empty()) << raw;
  } else if (field == "id") {
    ASSERT_EQ(page->bad.size(), 1U) << raw;
    EXPECT_EQ(page->bad[0].raw, raw);
    EXPECT_EQ(page->bad[0].error.kind, ErrorKind::kMalformed);
  } else {
    ASSERT_TRUE(page->odd.contains(1)) << raw;
    EXPECT_EQ(page->odd.at(1).raw, raw);
    EXPECT_THAT(page->odd.at(1).unreadable, testing::HasSubstr("field " + field)) << raw;
    Row expected;
    expected.id = page->rows[1].id;
    expected.version = 1;
    EXPECT_EQ(page->rows[1], expected) << raw;
  }
}

template <class Row>
void ExpectEachFieldWithEachType(const std::map<std::string, Shapes>& fields) {
  for (const auto& [field, shapes] : fields) {
    ExpectRow<Row>(field, "1773221341", shapes.number);
    ExpectRow<Row>(field, "\"1773221341\"", shapes.text);
    ExpectRow<Row>(field, "true", shapes.boolean);
    ExpectRow<Row>(field, "[\"1\"]", shapes.list);
    ExpectRow<Row>(field, "[[\"1\"]]", kNo);
    ExpectRow<Row>(field, "[null]", shapes.list_of_null);
    ExpectRow<Row>(field, "{\"a\":\"1\"}", shapes.object);
    ExpectRow<Row>(field, "null", field == "id" ? kNo : kYes);
  }
}

TEST(MarketRecord, IsARowForEachFieldWithEachType) {
  ExpectEachFieldWithEachType<Market>(kMarketFields);
}

TEST(EventRecord, IsARowForEachFieldWithEachType) {
  ExpectEachFieldWithEachType<Event>(kEventFields);
}

TEST(MarketRecord, SaysWhichValueCannotBeRead) {
  for (const char* member : {R"("id":"")",
                             R"("id":"12a")",
                             R"("id":"-5")",
                             R"("id":1.5)",
                             R"("id":1e3)",
                             R"("createdAt":"yesterday")",
                             R"("createdAt":"2026-02-30")",
                             R"("createdAt":"0001-01-01T00:00:00Z")",
                             R"("volume":"a lot")",
                             R"("volume":"NaN")",
                             R"("volume":1e999)",
                             R"("active":"yes")",
                             R"("outcomes":"no list")",
                             R"("outcomes":"[\"a\"")",
                             R"("outcomes":"[\"a\"] x")",
                             R"("outcomes":"{}")",
                             R"("clobTokenIds":["0x12"])",
                             R"("outcomePrices":["x"])",
                             R"("events":[7])",
                             R"("events":"no list")",
                             R"("events":"[{}] x")",
                             R"("events":"{}")",
                             R"("feeSchedule":"[]")",
                             R"("version":true)",
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
