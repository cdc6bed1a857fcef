#include "codec/entry_codec.h"

#include "support/random_rows.h"
#include "support/result_matchers.h"

namespace polyhouse {
namespace {

TEST(EntryCodec, GivesBackEveryRowItWasGiven) {
  RandomRows random(3);
  EntryDecoder<Market> markets;
  EntryDecoder<Event> events;
  EntryDecoder<LedgerRow> ledger;
  for (int i = 0; i < 500; ++i) {
    const Market market = random.AMarket();
    const Event event = random.AnEvent();
    const LedgerRow page = random.ALedgerRow();

    const auto decoded_market = markets.Decode(EncodeEntry(market));
    const auto decoded_event = events.Decode(EncodeEntry(event));
    const auto decoded_page = ledger.Decode(EncodeEntry(page));

    ASSERT_THAT(decoded_market, IsOk()) << EncodeEntry(market);
    ASSERT_TRUE(*decoded_market == market) << EncodeEntry(market);
    ASSERT_THAT(decoded_event, IsOk()) << EncodeEntry(event);
    ASSERT_TRUE(*decoded_event == event) << EncodeEntry(event);
    ASSERT_THAT(decoded_page, IsOk()) << EncodeEntry(page);
    ASSERT_TRUE(*decoded_page == page) << EncodeEntry(page);
  }
}

TEST(EntryCodec, GivesBackARowOfDefaults) {
  EXPECT_TRUE(*EntryDecoder<Market>().Decode(EncodeEntry(Market())) == Market());
  EXPECT_TRUE(*EntryDecoder<Event>().Decode(EncodeEntry(Event())) == Event());
  EXPECT_TRUE(*EntryDecoder<LedgerRow>().Decode(EncodeEntry(LedgerRow())) == LedgerRow());
}

TEST(EncodeEntry, WritesColumnsInTheirOrderWithDerivedOnesToo) {
  Market market;
  market.id = MarketId("7");
  market.outcomes = {"Yes", "No", "Maybe"};
  market.tokens = {TokenId("11"), TokenId("12")};
  market.volume = DecimalText{"1.50"};
  market.version = 9;

  EXPECT_EQ(
      EncodeEntry(market),
      R"({"createdAt":"","id":"7","question":"","answer1":"Yes","answer2":"No","neg_risk":false,)"
      R"("market_slug":"","token1":"11","token2":"12","condition_id":"","volume":"1.50",)"
      R"("ticker":"","event_slug":"","closedTime":"","event_id":"","description":"",)"
      R"("outcomes":["Yes","No","Maybe"],"outcome_prices":[],"tokens":["11","12"],"winner":"",)"
      R"("liquidity":"","active":false,"closed":false,"archived":false,"end_date":"",)"
      R"("resolution_status":"","updated_at":"","start_date":"","group_item_title":"",)"
      R"("question_id":"","neg_risk_market_id":"","resolution_source":"","last_trade_price":"",)"
      R"("best_bid":"","best_ask":"","spread":"","volume_24h":"","tick_size":"",)"
      R"("min_order_size":"","accepting_orders":false,"fee_rate":"","icon":"","protocol":"",)"
      R"("position_ids":[],"event_ids":[],"winner_index":-1,"version":9})");
}

TEST(EncodeEntry, WritesTagsAsOneText) {
  Event event;
  event.id = EventId("7");
  event.tags.values = {"A;B", "C"};

  EXPECT_THAT(EncodeEntry(event), testing::HasSubstr(R"("tags":"A\\;B;C")"));
}

TEST(EntryDecoder, IgnoresMembersItDoesNotKnow) {
  const auto market =
      EntryDecoder<Market>().Decode(R"({"new":{"a":[1]},"id":"7","newer":null,"version":3})");

  ASSERT_THAT(market, IsOk());
  EXPECT_EQ(market->id.value(), "7");
  EXPECT_EQ(market->version, 3U);
}

TEST(EntryDecoder, LeavesMissingMembersAtTheirDefaults) {
  const auto event = EntryDecoder<Event>().Decode("{}");

  ASSERT_THAT(event, IsOk());
  EXPECT_TRUE(*event == Event());
}

TEST(EntryDecoder, ReadsMembersInAnyOrder) {
  const auto market = EntryDecoder<Market>().Decode(R"({"version":3,"id":"7","createdAt":""})");

  ASSERT_THAT(market, IsOk());
  EXPECT_EQ(market->id.value(), "7");
}

TEST(EntryDecoder, IsMalformedForWhatIsNoEntry) {
  EntryDecoder<Market> decoder;
  for (const char* data : {"",
                           " ",
                           "null",
                           "[]",
                           "7",
                           "{",
                           R"({"id":7.5})",
                           R"({"id":"x"})",
                           R"({"version":-1})",
                           R"({"version":"x"})",
                           R"({"version":18446744073709551616})",
                           R"({"neg_risk":1})",
                           R"({"createdAt":"soon"})",
                           R"({"outcomes":{}})",
                           R"({"id":"7"} x)",
                           "{\"question\":\"\xff\"}"}) {
    EXPECT_THAT(decoder.Decode(data), HasError(ErrorKind::kMalformed)) << data;
  }
}

TEST(EntryDecoder, NamesTheMemberItCannotRead) {
  EXPECT_THAT(EntryDecoder<Market>().Decode(R"({"closedTime":"soon"})"),
              HasError(ErrorKind::kMalformed, "closedTime"));
}

TEST(EntryDecoder, IsMalformedWhereverAnEntryIsCutOff) {
  RandomRows random(5);
  const std::string whole = EncodeEntry(random.AMarket());
  EntryDecoder<Market> decoder;
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_THAT(decoder.Decode(std::string_view(whole).substr(0, size)),
                HasError(ErrorKind::kMalformed))
        << size;
  }
}

}  // namespace
}  // namespace polyhouse
