#include "engine/sql_token.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace polyhouse::engine {
namespace {

using testing::ElementsAre;

std::vector<std::string> TokensOf(std::string_view sql) {
  std::vector<std::string> tokens;
  for (auto token = NextSqlToken(sql, 0); token.kind != SqlTokenKind::kEnd;
       token = NextSqlToken(sql, token.end)) {
    tokens.emplace_back(sql.substr(token.begin, token.end - token.begin));
  }
  return tokens;
}

TEST(NextSqlToken, SplitsWordsNumbersAndSymbols) {
  EXPECT_THAT(TokensOf("SELECT a_1,2\tFROM\n`t`"),
              ElementsAre("SELECT", "a_1", ",", "2", "FROM", "`t`"));
}

TEST(NextSqlToken, KeepsQuotedTextWhole) {
  EXPECT_THAT(TokensOf(R"('a\'b' 'a''b' "x;y" `a\`b`)"),
              ElementsAre(R"('a\'b')", "'a''b'", R"("x;y")", R"(`a\`b`)"));
}

TEST(NextSqlToken, SkipsCommentsOfEveryKind) {
  EXPECT_THAT(TokensOf("-- one\n/* two /* nested */ */ a // three\n# four\n#! five\nb--"),
              ElementsAre("a", "b"));
}

TEST(NextSqlToken, TakesHereDocumentsAsOneString) {
  EXPECT_THAT(TokensOf("$$a;b$$ $x$ $$ $x$ $y"), ElementsAre("$$a;b$$", "$x$ $$ $x$", "$y"));
}

TEST(NextSqlToken, TellsUnclosedTextFromTheEnd) {
  for (const auto* const sql : {"'abc", "\"abc", "`abc", "/* abc", "'abc\\'", "/* /* */"}) {
    EXPECT_EQ(NextSqlToken(sql, 0).kind, SqlTokenKind::kUnclosed) << sql;
    EXPECT_EQ(NextSqlToken(sql, NextSqlToken(sql, 0).end).kind, SqlTokenKind::kEnd) << sql;
  }
}

TEST(NextSqlToken, ReadsAnyBytes) {
  const std::string bytes{"\0\xff\x80 a", 5};

  EXPECT_THAT(TokensOf(bytes), ElementsAre(std::string(1, '\0'), "\xff", "\x80", "a"));
}

TEST(SqlName, LeavesQuotesOut) {
  EXPECT_EQ(SqlName("`a b`", NextSqlToken("`a b`", 0)), "a b");
  EXPECT_EQ(SqlName("ab c", NextSqlToken("ab c", 0)), "ab");
  EXPECT_EQ(SqlName("'ab'", NextSqlToken("'ab'", 0)), "");
}

TEST(IsSqlWord, IgnoresCaseButNotQuotes) {
  EXPECT_TRUE(IsSqlWord("Insert", NextSqlToken("Insert", 0), "INSERT"));
  EXPECT_FALSE(IsSqlWord("inserts", NextSqlToken("inserts", 0), "INSERT"));
  EXPECT_FALSE(IsSqlWord("`insert`", NextSqlToken("`insert`", 0), "INSERT"));
}

}  // namespace
}  // namespace polyhouse::engine
