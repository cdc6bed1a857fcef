#include "answers/questions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

namespace polyhouse {
namespace {

using testing::HasSubstr;
using testing::Not;

/// Words of views for what `ask` calls price, profit, shares, wallet, last_trade or a share.
constexpr auto kOtherNames = std::to_array<std::string_view>({"mark",
                                                              "average_cost",
                                                              "pnl",
                                                              "realised",
                                                              "profit",
                                                              "contracts",
                                                              "token_amount",
                                                              "usd_amount",
                                                              "usd_24h",
                                                              "maker",
                                                              "last_fill",
                                                              "rate",
                                                              "early",
                                                              "share_of_liquidity",
                                                              "transactionHash"});

TEST(Questions, HaveNamesOfTheirOwn) {
  std::set<std::string_view> names;
  for (const Question& question : Questions()) {
    EXPECT_TRUE(names.insert(question.name).second) << question.name;
    EXPECT_EQ(FindQuestion(question.name), &question);
    EXPECT_FALSE(question.help.empty() || question.help.ends_with('.')) << question.name;
    const bool asks_since = question.sql.find("{since}") != std::string_view::npos;
    EXPECT_EQ(asks_since, !question.since.empty()) << question.name;
  }
  EXPECT_EQ(FindQuestion(""), nullptr);
  EXPECT_EQ(FindQuestion("Leaderboard"), nullptr);
}

/// Whatever a market is called, it stays a text.
TEST(Questions, TakeFactsAsTexts) {
  const QuestionFacts hostile{.market = "x') UNION ALL SELECT '{wallet}", .wallet = "it's\\"};
  for (const Question& question : Questions()) {
    const std::string sql = SqlOf(question, hostile);
    EXPECT_THAT(sql, Not(HasSubstr("{market}")));
    EXPECT_THAT(sql, Not(HasSubstr("{limit}")));
    EXPECT_THAT(sql, Not(HasSubstr("x')"))) << question.name;
    if (question.subject == QuestionSubject::kMarket) {
      EXPECT_THAT(sql, HasSubstr(R"('x\') UNION ALL SELECT \'{wallet}')")) << question.name;
    }
    if (question.subject == QuestionSubject::kWallet) {
      EXPECT_THAT(sql, HasSubstr(R"('it\'s\\')")) << question.name;
    }
  }
}

/// One thing has one name, whatever the view calls it.
TEST(Questions, NameTheirColumnsAlike) {
  for (const Question& question : Questions()) {
    const auto chosen = question.sql.substr(0, question.sql.find("\nFROM"));
    const std::regex column(R"((?:\bAS |[ .])(\w+)(?:,|$))");
    const std::string text(chosen);
    for (std::sregex_iterator each(text.begin(), text.end(), column), end; each != end; ++each) {
      const std::string name = (*each)[1];
      EXPECT_EQ(std::count(kOtherNames.begin(), kOtherNames.end(), name), 0)
          << question.name << ": " << name;
      EXPECT_FALSE(name.ends_with("_pnl")) << question.name << ": " << name;
    }
    EXPECT_THAT(text, Not(HasSubstr("*"))) << question.name;
  }
}

/// What the page shows is what the command runs.
TEST(Questions, StandInThePageAsTheyAreAsked) {
  std::ifstream file(std::string(DOCS_DIR) + "/queries.md");
  std::stringstream page;
  page << file.rdbuf();
  for (const Question& question : Questions()) {
    EXPECT_THAT(page.str(), HasSubstr("polyhouse ask " + std::string(question.name)));
    EXPECT_THAT(page.str(),
                HasSubstr(SqlOf(question, {.market = "ID", .wallet = "0xWALLET", .since = "TIME"})))
        << question.name;
  }
}

}  // namespace
}  // namespace polyhouse
