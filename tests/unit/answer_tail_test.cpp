#include "adapters/clickhouse/answer_tail.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace polyhouse {
namespace {

constexpr const char* kText = "Code: 241. DB::Exception: Memory limit exceeded. (version 25.8.1)";

TEST(FindException, FindsWhatClickHouseMarksWithItsTag) {
  const std::string body = "1\n2\n\r\n__exception__\r\nabcdefgh\r\n" + std::string(kText) +
                           "\n\r\n66 abcdefgh\r\n__exception__\r\n";

  for (const char* tag : {"abcdefgh", ""}) {
    const auto found = FindException(body, tag, AnswerEnd::kWhole);

    ASSERT_TRUE(found) << tag;
    EXPECT_EQ(body.substr(0, found->at), "1\n2\n");
    EXPECT_THAT(found->text, testing::StartsWith(kText));
  }
}

TEST(FindException, FindsATextWithoutMarksBehindAResultOrAlone) {
  for (const std::string result : {"", "1\n2\n", "{\"a\":1}\n{\"exception\": \""}) {
    const std::string body = result + kText + "\n";

    const auto found = FindException(body, "", AnswerEnd::kWhole);

    ASSERT_TRUE(found) << result;
    EXPECT_EQ(found->at, result.size());
    EXPECT_EQ(found->text, kText);
  }
}

TEST(FindException, KnowsTheTextOf2018) {
  EXPECT_TRUE(FindException(
      "Code: 47, e.displayText() = DB::Exception: Unknown, e.what() = DB::Exception\n",
      "",
      AnswerEnd::kWhole));
}

TEST(FindException, KnowsATextByTheNameOfItsErrorOrByItsPlace) {
  const std::string text = "Code: 241. DB::Exception: Memory.";

  EXPECT_TRUE(FindException("1\n" + text + " (MEMORY_LIMIT_EXCEEDED)\n", "", AnswerEnd::kWhole));
  EXPECT_TRUE(FindException(text, "", AnswerEnd::kWhole));
  EXPECT_TRUE(FindException("1\n" + text, "", AnswerEnd::kBroken));
  EXPECT_FALSE(FindException("1\n" + text, "", AnswerEnd::kWhole));
}

TEST(FindException, LeavesAResultAloneThatOnlyTellsOfExceptions) {
  const std::string inside = std::string("1\tsaw ") + kText + "\n2\tok\n";

  EXPECT_FALSE(FindException(inside, "", AnswerEnd::kWhole));
  EXPECT_FALSE(FindException(std::string(kText) + "\n", "abcdefgh", AnswerEnd::kWhole));
  EXPECT_FALSE(FindException("Code: red\n", "", AnswerEnd::kBroken));
  EXPECT_FALSE(FindException("", "", AnswerEnd::kBroken));
}

TEST(AnswerTail, PassesEverythingOnButWhatIsNotReleased) {
  std::string got;
  const AnswerTail::OnData on_data = [&](std::string_view piece) {
    got.append(piece);
    return true;
  };
  AnswerTail tail(on_data);
  std::string sent;
  for (int i = 0; i < 100; ++i) {
    const std::string piece = std::to_string(i) + std::string(2'000, 'x');
    sent += piece;
    EXPECT_TRUE(tail.Take(piece));
  }

  EXPECT_FALSE(tail.holds_all());
  tail.Release(tail.held().size() - 10);

  EXPECT_EQ(got, sent.substr(0, sent.size() - 10));
}

TEST(IsHtmlPage, KnowsAPageFromAResult) {
  EXPECT_TRUE(IsHtmlPage("\n <!DOCTYPE HTML>\n<p>Bad gateway"));
  EXPECT_TRUE(IsHtmlPage("<html>"));
  EXPECT_FALSE(IsHtmlPage("<?xml version='1.0'?>"));
  EXPECT_FALSE(IsHtmlPage(""));
}

}  // namespace
}  // namespace polyhouse
