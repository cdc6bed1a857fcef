#include "base/json_text.h"

#include <gtest/gtest.h>

namespace polyhouse {
namespace {

std::string Quoted(std::string_view text) {
  std::string out;
  AppendJsonString(out, text);
  return out;
}

TEST(AppendJsonString, AppendsAndDoesNotReplace) {
  std::string out = "[";

  AppendJsonString(out, "a");

  EXPECT_EQ(out, "[\"a\"");
}

TEST(AppendJsonString, EscapesWhatJsonWantsEscapedAndNothingElse) {
  EXPECT_EQ(Quoted(""), R"("")");
  EXPECT_EQ(Quoted("say \"hi\" \\ there"), R"("say \"hi\" \\ there")");
  EXPECT_EQ(Quoted("a\nb\rc\td"), R"("a\nb\rc\td")");
  EXPECT_EQ(Quoted("a/b 'c' \x7f"), "\"a/b 'c' \x7f\"");
}

TEST(AppendJsonString, EscapesEveryControlCharacter) {
  for (int c = 0; c < 0x20; ++c) {
    const std::string out = Quoted(std::string(1, static_cast<char>(c)));

    ASSERT_EQ(out[1], '\\') << c;
    if (c == '\n' || c == '\r' || c == '\t') continue;
    char expected[9];
    (void)std::snprintf(expected, sizeof(expected), "\"\\u%04x\"", static_cast<unsigned>(c));
    EXPECT_EQ(out, expected);
  }
}

TEST(AppendJsonString, LeavesUtf8AsItIs) {
  EXPECT_EQ(Quoted("é – € 😀 漢 \u2028"), "\"é – € 😀 漢 \u2028\"");
}

/// It looks at eight bytes at a time, so each special character is tried at each place of such a
/// word, with neighbours of high and low bytes.
TEST(AppendJsonString, FindsSpecialCharactersAtEveryPlaceOfAWord) {
  for (const char special : {'"', '\\', '\x00', '\x1f'}) {
    for (std::size_t length = 1; length <= 17; ++length) {
      for (std::size_t at = 0; at < length; ++at) {
        for (const char filler : {'a', ' ', '!', '\x7f', '\xc3'}) {
          std::string text(length, filler);
          text[at] = special;

          const std::string out = Quoted(text);

          ASSERT_EQ(out.substr(0, at + 2), "\"" + text.substr(0, at) + "\\");
          ASSERT_EQ(out.substr(out.size() - (length - at)), text.substr(at + 1) + "\"");
        }
      }
    }
  }
}

}  // namespace
}  // namespace polyhouse
