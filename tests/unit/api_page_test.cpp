#include "codec/api_page.h"

#include <algorithm>

#include "support/result_matchers.h"

namespace polyhouse {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;
using testing::UnorderedElementsAre;

constexpr std::uint64_t kVersion = 1'790'000'000'000;

Result<ApiPage<Market>> ParseMarkets(std::string body) {
  const auto first = body.find_first_not_of(" \t\r\n");
  const bool is_array = first != std::string::npos && body[first] == '[';
  return ApiPageParser<Market>(is_array ? PageShape::kArray : PageShape::kEnvelope)
      .ParsePage(std::move(body), kVersion);
}

std::vector<std::string> Ids(const ApiPage<Market>& page) {
  std::vector<std::string> ids;
  for (const Market& market : page.rows) ids.push_back(market.id.value());
  return ids;
}

TEST(ApiPageParser, ReadsTheKeysetEnvelope) {
  const auto page =
      ParseMarkets(R"({"markets":[{"id":"7"},{"id":"8"}],"next_cursor":"eyJpZCI6OH0="})");

  ASSERT_THAT(page, IsOk());
  EXPECT_THAT(Ids(*page), ElementsAre("7", "8"));
  EXPECT_EQ(page->next_cursor, "eyJpZCI6OH0=");
  EXPECT_EQ(page->rows[0].version, kVersion);
}

TEST(ApiPageParser, ReadsTheLegacyArray) {
  const auto page = ParseMarkets(" [ {\"id\":\"7\"} , {\"id\":\"8\"} ] \n");

  ASSERT_THAT(page, IsOk());
  EXPECT_THAT(Ids(*page), ElementsAre("7", "8"));
  EXPECT_EQ(page->next_cursor, "");
}

/// A proxy or an API that has changed: an array in the place of an envelope has no cursor, and the
/// walk would end with its first page.
TEST(ApiPageParser, TakesTheOtherShapeForNoPage) {
  EXPECT_THAT(ApiPageParser<Market>(PageShape::kEnvelope).ParsePage(R"([{"id":"7"}])", 1),
              HasError(ErrorKind::kTransient, "bare array"));
  EXPECT_THAT(ApiPageParser<Market>(PageShape::kEnvelope).ParsePage("[]", 1),
              HasError(ErrorKind::kTransient));
  EXPECT_THAT(ApiPageParser<Market>(PageShape::kArray).ParsePage(R"({"markets":[]})", 1),
              HasError(ErrorKind::kTransient));
}

TEST(ApiPageParser, TakesAMissingOrNullCursorForTheLastPage) {
  for (const char* body : {R"({"markets":[{"id":"7"}]})",
                           R"({"markets":[{"id":"7"}],"next_cursor":null})",
                           R"({"markets":[{"id":"7"}],"next_cursor":"null"})",
                           R"({"markets":[{"id":"7"}],"next_cursor":" "})",
                           R"({"markets":[{"id":"7"}],"next_cursor":""})"}) {
    const auto page = ParseMarkets(body);

    ASSERT_THAT(page, IsOk()) << body;
    EXPECT_EQ(page->next_cursor, "") << body;
  }
}

TEST(ApiPageParser, ReadsACursorThatStandsBeforeTheRecords) {
  const auto page = ParseMarkets(R"({"next_cursor":"c","count":1,"markets":[{"id":"7"}]})");

  ASSERT_THAT(page, IsOk());
  EXPECT_EQ(page->next_cursor, "c");
  EXPECT_THAT(Ids(*page), ElementsAre("7"));
}

TEST(ApiPageParser, ReadsAPageWithoutRecords) {
  EXPECT_THAT(ParseMarkets("[]")->rows, IsEmpty());
  EXPECT_THAT(ParseMarkets(R"({"markets":[]})")->rows, IsEmpty());
}

/// N2 of the original: an outage must never look like the end of the listing.
TEST(ApiPageParser, IsTransientForABodyThatIsNoPage) {
  for (const char* body : {"",
                           " ",
                           R"({"error":"Too Many Requests"})",
                           R"({"markets":null})",
                           R"({"markets":{}})",
                           R"({"markets":"no"})",
                           R"({"events":[{"id":"7"}]})",
                           R"({"markets":[{"id":"7"}],"next_cursor":{}})",
                           "<!DOCTYPE html><html><body>502</body></html>",
                           "null",
                           "7",
                           "\"text\"",
                           "{}",
                           "[] []",
                           R"([{"id":"7"}]x)",
                           R"({"markets":[{"id":"7"}]}})"}) {
    EXPECT_THAT(ParseMarkets(body), HasError(ErrorKind::kTransient)) << body;
  }
}

TEST(ApiPageParser, ShowsTheBeginningOfABodyThatIsNoPageOnOneLine) {
  const auto page = ParseMarkets("<html>\n<title>blocked\x1b[2J</title>");

  ASSERT_FALSE(page.has_value());
  EXPECT_THAT(page.error().message, testing::HasSubstr("<html> <title>blocked"));
  EXPECT_TRUE(std::none_of(page.error().message.begin(), page.error().message.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20;
  }));
}

constexpr std::string_view kWholePage =
    R"({"markets":[{"id":"7","question":"é {\"]","events":[{"id":"1"}],"outcomes":"[\"a\"]"},)"
    R"({"id":"8","volume":1.5}],"next_cursor":"abc"})";

TEST(ApiPageParser, IsTransientWhereverAPageIsCutOff) {
  ASSERT_THAT(ParseMarkets(std::string(kWholePage)), IsOk());
  for (std::size_t size = 0; size < kWholePage.size(); ++size) {
    EXPECT_THAT(ParseMarkets(std::string(kWholePage.substr(0, size))),
                HasError(ErrorKind::kTransient))
        << kWholePage.substr(0, size);
  }
}

TEST(ApiPageParser, IsTransientWhereverALegacyPageIsCutOff) {
  constexpr std::string_view kWhole = R"([{"id":"7","events":[{"id":"1"}]},{"id":"8"}])";
  ASSERT_THAT(ParseMarkets(std::string(kWhole)), IsOk());
  for (std::size_t size = 0; size < kWhole.size(); ++size) {
    EXPECT_THAT(ParseMarkets(std::string(kWhole.substr(0, size))), HasError(ErrorKind::kTransient))
        << kWhole.substr(0, size);
  }
}

/// Any one byte changed into any of these gives a page or an error, never a crash or a hang, and
/// never a page with fewer records than it has.
TEST(ApiPageParser, SurvivesAnyDamagedByte) {
  ApiPageParser<Market> parser(PageShape::kEnvelope);
  for (std::size_t at = 0; at < kWholePage.size(); ++at) {
    for (const char damage : {'\0', '"', '\\', '{', '}', '[', ']', ',', ':', 'x', '9', '\xff'}) {
      std::string body(kWholePage);
      body[at] = damage;
      const auto page = parser.ParsePage(body, kVersion);
      if (page) {
        ASSERT_GE(page->records(), 1U) << body;
      }
    }
  }
}

TEST(ApiPageParser, IsolatesARecordThatIsNoObject) {
  for (const std::string bad : {"null", "7", "\"text\"", "[]", "true", "[{\"id\":\"1\"}]"}) {
    const auto page = ParseMarkets(R"([{"id":"7"},)" + bad + R"(,{"id":"8"}])");

    ASSERT_THAT(page, IsOk()) << bad;
    EXPECT_THAT(Ids(*page), ElementsAre("7", "8")) << bad;
    ASSERT_EQ(page->bad.size(), 1U) << bad;
    EXPECT_EQ(page->bad[0].raw, bad);
    EXPECT_EQ(page->bad[0].error.kind, ErrorKind::kMalformed);
  }
}

/// A page of the markets 7, `middle` and 8.
Result<ApiPage<Market>> ParseBetween(const std::string& middle) {
  return ParseMarkets(R"({"markets":[{"id":"7"},)" + middle +
                      R"(,{"id":"8","question":"é"}],"next_cursor":"c"})");
}

/// It cost the whole row.
TEST(ApiPageParser, InvalidUtf8CostsItsFieldAlone) {
  const std::string odd = "{\"id\":\"9\",\"question\":\"caf\xE9 \xED\xA0\x80\",\"slug\":\"s\"}";

  const auto page = ParseBetween(odd);

  ASSERT_THAT(page, IsOk());
  EXPECT_THAT(page->bad, IsEmpty());
  EXPECT_THAT(Ids(*page), ElementsAre("7", "9", "8"));
  EXPECT_EQ(page->rows[1].question, "");
  EXPECT_EQ(page->rows[1].market_slug, "s");
  EXPECT_EQ(page->rows[2].question, "é");
  ASSERT_TRUE(page->odd.contains(1));
  EXPECT_EQ(page->odd.at(1).raw, odd);
  EXPECT_EQ(page->odd.at(1).unreadable, "field question: invalid UTF-8 in \"caf? ???\"");
  EXPECT_EQ(page->next_cursor, "c");
}

TEST(ApiPageParser, InvalidUtf8CostsItsFieldWhereverItStands) {
  for (const auto& [field, value] : {std::pair{"outcomes", "[\"Yes\",\"N\xff\"]"},
                                     std::pair{"outcomes", "\"[\\\"Yes\\\",\\\"N\xff\\\"]\""},
                                     std::pair{"volume", "1\xff"},
                                     std::pair{"closed", "tru\xff"},
                                     std::pair{"endDate", "\"2026-01-01\xff\""},
                                     std::pair{"umaResolutionStatus", "\"propos\xff\""},
                                     std::pair{"clobTokenIds", "[\"1\xff\"]"}}) {
    const auto page =
        ParseBetween(R"({"id":"9","question":"q",")" + std::string(field) + "\":" + value + "}");

    ASSERT_THAT(page, IsOk()) << value;
    EXPECT_THAT(Ids(*page), ElementsAre("7", "9", "8")) << value;
    Market expected;
    expected.id = MarketId("9");
    expected.question = "q";
    expected.version = kVersion;
    EXPECT_EQ(page->rows[1], expected) << value;
    ASSERT_TRUE(page->odd.contains(1)) << value;
    EXPECT_THAT(page->odd.at(1).unreadable,
                testing::StartsWith("field " + std::string(field) + ": invalid UTF-8 in "));
  }
}

/// Of an event with fifty fields only three are looked at.
TEST(ApiPageParser, InvalidUtf8InWhatIsNotStoredIsNotLookedAt) {
  const auto page = ParseBetween(
      "{\"id\":\"9\",\"image\":\"\xff\",\"events\":[{\"id\":\"5\",\"slug\":\"s\",\"ticker\":\"T\","
      "\"title\":\"\xff\"}]}");

  ASSERT_THAT(page, IsOk());
  EXPECT_THAT(page->odd, IsEmpty());
  EXPECT_EQ(page->rows.at(1).event_id.value(), "5");
}

TEST(ApiPageParser, InvalidUtf8InANameIsTold) {
  const auto page = ParseBetween("{\"id\":\"9\",\"vol\xffme\":5}");

  ASSERT_THAT(page, IsOk());
  EXPECT_EQ(page->odd.at(1).unreadable, "field vol?me: invalid UTF-8 in its name");
}

TEST(ApiPageParser, InvalidUtf8InAnIdIsADeadLetterByteForByte) {
  for (const std::string bad : {"{\"id\":\"9\xff\",\"question\":\"q\"}",
                                "{\"id\":9\xff}",
                                "{\"i\xff\":\"9\"}",
                                "\"\xff\""}) {
    const auto page = ParseBetween(bad);

    ASSERT_THAT(page, IsOk()) << bad;
    EXPECT_THAT(Ids(*page), ElementsAre("7", "8")) << bad;
    ASSERT_EQ(page->bad.size(), 1U) << bad;
    EXPECT_EQ(page->bad[0].raw, bad);
    EXPECT_EQ(page->bad[0].error.kind, ErrorKind::kMalformed);
  }
}

/// One such byte stopped the whole listing, for ever.
TEST(ApiPageParser, AControlCharacterCostsItsFieldAlone) {
  for (const char control : {'\x01', '\t', '\n', '\x1f', '\0'}) {
    const std::string odd =
        std::string(R"({"id":"9","question":"q","description":"a)") + control + "b\"}";

    const auto page = ParseBetween(odd);

    ASSERT_THAT(page, IsOk()) << control;
    EXPECT_THAT(Ids(*page), ElementsAre("7", "9", "8")) << control;
    EXPECT_EQ(page->next_cursor, "c");
    EXPECT_EQ(page->rows[1].question, "q");
    EXPECT_EQ(page->rows[1].description, "");
    ASSERT_TRUE(page->odd.contains(1)) << control;
    EXPECT_EQ(page->odd.at(1).raw, odd);
    EXPECT_EQ(page->odd.at(1).unreadable,
              "field description: an unescaped control character in \"a?b\"");
  }
}

TEST(ApiPageParser, AControlCharacterInAnIdIsADeadLetter) {
  const std::string bad = "{\"id\":\"9\t\"}";

  const auto page = ParseBetween(bad);

  ASSERT_THAT(page, IsOk());
  EXPECT_THAT(Ids(*page), ElementsAre("7", "8"));
  EXPECT_EQ(page->bad.at(0).raw, bad);
}

/// The walk would go on from a place that nobody named.
TEST(ApiPageParser, InvalidUtf8InTheCursorIsNoPage) {
  EXPECT_THAT(ParseMarkets("{\"markets\":[{\"id\":\"7\"}],\"next_cursor\":\"a\xff\"}"),
              HasError(ErrorKind::kTransient, "invalid UTF-8"));
}

/// A row of a page without any such bytes may stand where they stood before.
TEST(ApiPageParser, ForgetsInvalidUtf8WithItsPage) {
  ApiPageParser<Market> parser(PageShape::kArray);
  const auto page = [](const std::string& question) {
    return R"([{"id":"7","question":")" + question + "\"}]";
  };
  ASSERT_EQ(ValueOf(parser.ParsePage(page("a\xff"), 1)).odd.size(), 1U);

  EXPECT_EQ(ValueOf(parser.ParsePage(page("a?"), 1)).rows.at(0).question, "a?");
}

TEST(ApiPageParser, LeavesOutATextThatIsHalfASurrogatePair) {
  const std::string bad = R"({"id":"9","question":"\ud83d"})";

  const auto page = ParseMarkets(R"([{"id":"7"},)" + bad + R"(,{"id":"8"}])");

  ASSERT_THAT(page, IsOk());
  EXPECT_THAT(Ids(*page), ElementsAre("7", "9", "8"));
  EXPECT_EQ(page->rows[1].question, "");
  ASSERT_TRUE(page->odd.contains(1));
  EXPECT_EQ(page->odd.at(1).raw, bad);
}

TEST(ApiPageParser, IsolatesARecordWithBrokenJson) {
  const std::string bad = R"({"id":"9" "question":"?"})";

  const auto page = ParseMarkets(R"([{"id":"7"},)" + bad + R"(,{"id":"8"}])");

  ASSERT_THAT(page, IsOk());
  EXPECT_THAT(Ids(*page), ElementsAre("7", "8"));
  ASSERT_EQ(page->bad.size(), 1U);
  EXPECT_EQ(page->bad[0].raw, bad);
}

/// The JSON library takes a quote behind a backslash for none wherever it stands; taken for one
/// here, it hid all records behind it.
TEST(ApiPageParser, IsolatesARecordWithABackslashOutsideOfStrings) {
  const std::string bad = R"({"id":"9" \" })";

  const auto page = ParseMarkets(R"([{"id":"7"},)" + bad + R"(,{"id":"8"}])");

  ASSERT_THAT(page, IsOk());
  EXPECT_THAT(Ids(*page), ElementsAre("7", "8"));
  ASSERT_EQ(page->bad.size(), 1U);
  EXPECT_EQ(page->bad[0].raw, bad);
}

TEST(ApiPageParser, WhatOnlyBeginsLikeNullIsOddAndNotTheEnd) {
  for (const std::string member : {R"("question":nufl)",
                                   R"("active":nul)",
                                   R"("volume":nil)",
                                   R"("outcomes":n)",
                                   R"("feeSchedule":no)",
                                   R"("events":[none])"}) {
    const auto page = ParseMarkets(R"([{"id":"7"},{"id":"9",)" + member + "}]");

    ASSERT_THAT(page, IsOk()) << member;
    EXPECT_THAT(Ids(*page), ElementsAre("7", "9"));
    EXPECT_TRUE(page->odd.contains(1)) << member;
  }
}

/// Where the page was read record by record, those of the first list were gone.
TEST(ApiPageParser, TwoListsOfRecordsAreNoPage) {
  EXPECT_THAT(ParseMarkets(R"({"markets":[{"id":"7"}],"markets":[{"id":"8"},{}]})"),
              HasError(ErrorKind::kTransient, "two lists"));
}

TEST(ApiPageParser, KeepsAPageWhoseRecordsAreAllBad) {
  const auto page = ParseMarkets(R"({"markets":[{"id":7.5},{}],"next_cursor":"c"})");

  ASSERT_THAT(page, IsOk());
  EXPECT_THAT(page->rows, IsEmpty());
  EXPECT_EQ(page->bad.size(), 2U);
  EXPECT_EQ(page->next_cursor, "c");
}

TEST(ApiPageParser, ReadsADescriptionOfTenMegabytes) {
  const std::string description(10U << 20U, 'd');

  const auto page =
      ParseMarkets(R"([{"id":"7","description":")" + description + R"("},{"id":"8"}])");

  ASSERT_THAT(page, IsOk());
  ASSERT_EQ(page->rows.size(), 2U);
  EXPECT_EQ(page->rows[0].description, description);
}

/// More levels than the JSON library walks: nobody may crash, and the neighbours stay.
TEST(ApiPageParser, SurvivesDeepNesting) {
  for (const std::size_t depth : {100UL, 2'000UL, 100'000UL}) {
    const std::string deep = std::string(depth, '[') + std::string(depth, ']');

    const auto page =
        ParseMarkets(R"([{"id":"7"},{"id":"9","feeSchedule":)" + deep + R"(},{"id":"8"}])");

    if (!page) {
      EXPECT_THAT(page, HasError(ErrorKind::kTransient)) << depth;
      continue;
    }
    EXPECT_EQ(page->records(), 3U) << depth;
  }
}

TEST(ApiPageParser, CountsUnknownFieldsOncePerName) {
  ApiPageParser<Market> parser(PageShape::kArray);

  ASSERT_THAT(parser.ParsePage(R"([{"id":"7","brandNew":1,"other":{"x":[]}}])", 1), IsOk());
  ASSERT_THAT(parser.ParsePage(R"([{"id":"8","brandNew":"?","icon":"known"}])", 1), IsOk());

  EXPECT_THAT(parser.unknown_fields(), UnorderedElementsAre(Pair("brandNew", 2), Pair("other", 1)));
}

TEST(ApiPageParser, ReadsEventsFromTheirOwnEnvelope) {
  const auto page =
      ApiPageParser<Event>(PageShape::kEnvelope)
          .ParsePage(
              R"({"events":[{"id":"7","markets":[{"id":"1"},{"id":"2"}],"tags":[{"label":"A"}]}]})",
              kVersion);

  ASSERT_THAT(page, IsOk());
  ASSERT_EQ(page->rows.size(), 1U);
  EXPECT_EQ(page->rows[0].markets_count, 2U);
  EXPECT_THAT(page->rows[0].tags.values, ElementsAre("A"));
}

TEST(ApiPageParser, CanBeUsedAgainAfterAPageItCouldNotRead) {
  ApiPageParser<Market> parser(PageShape::kEnvelope);
  ASSERT_THAT(parser.ParsePage(std::string(kWholePage.substr(0, 60)), 1),
              HasError(ErrorKind::kTransient));

  EXPECT_THAT(parser.ParsePage(std::string(kWholePage), 1), IsOk());
}

}  // namespace
}  // namespace polyhouse
