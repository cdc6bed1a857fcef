// What pages ask of the tables, with tables that answer as they are told.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "pages/page_answers.h"
#include "pages/page_json.h"
#include "pages/page_question.h"
#include "pages/sql_console.h"
#include "support/fake_clock.h"
#include "support/result_matchers.h"

namespace polyhouse {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

AskedQuestion Asked(std::string_view path, const PageParams& query = {}) {
  auto asked = FindPageQuestion(path, query);
  EXPECT_THAT(asked, IsOk());
  EXPECT_TRUE(asked && *asked) << path;
  return **asked;
}

TEST(FindPageQuestion, TakesAPathAndItsParametersApart) {
  const auto asked = Asked("/api/markets/516710/prices", {{"points", "20"}, {"unknown", "x"}});
  EXPECT_EQ(asked.question->sql, "market_prices");
  EXPECT_THAT(asked.params,
              testing::UnorderedElementsAre(Pair("id", "516710"),
                                            Pair("from", "0"),
                                            Pair("to", "0"),
                                            Pair("points", "20"),
                                            Pair("kind", "line")));
  // Of one name, what the path says counts.
  EXPECT_THAT(Asked("/api/markets/14/trades", {{"market", "15"}}).params,
              testing::Contains(Pair("market", "14")));
  EXPECT_EQ(Asked("/api/trades").params.count("hours"), 1U);
  EXPECT_THAT(Asked("/api/wallets", {{"window", "30d"}}).params,
              testing::ElementsAre(Pair("days", "30")));
  EXPECT_THAT(Asked("/api/wallets/0xABCDEFabcdef0123456789012345678901234567").params,
              testing::ElementsAre(Pair("wallet", "0xabcdefabcdef0123456789012345678901234567")));
}

TEST(FindPageQuestion, RefusesWhatCannotBe) {
  for (const auto& [path, query] : std::initializer_list<std::pair<std::string, PageParams>>{
           {"/api/wallets/0x1", {}},
           {"/api/wallets", {{"window", "2d"}}},
           {"/api/markets", {{"state", "half"}}},
           {"/api/markets", {{"q", std::string(201, 'a')}}},
           {"/api/markets/1/prices", {{"points", "-1"}}},
           {"/api/markets/1/prices", {{"points", "1.5"}}},
           {"/api/markets/1/prices", {{"points", "1501"}}},
           {"/api/trades", {{"min_usd", "many"}}},
           {"/api/trades", {{"min_usd", "nan"}}},
           {"/api/trades", {{"limit", "201"}}}}) {
    const auto asked = FindPageQuestion(path, query);
    ASSERT_FALSE(asked) << path;
    EXPECT_EQ(asked.error().kind, ErrorKind::kConfig);
  }
  for (const std::string path : {"/api/nothing", "/api/markets/1/2/3", "/api"}) {
    const auto asked = FindPageQuestion(path, {});
    EXPECT_TRUE(asked && !*asked) << path;
  }
}

TEST(PageSql, HasAFileForEachQuestionAndPutsTheOthersIn) {
  for (const PageQuestion& question : PageQuestions()) {
    const std::string sql = PageSql(question.sql);
    EXPECT_THAT(sql, AllOf(HasSubstr("SELECT"), HasSubstr("AS data"), HasSubstr("AS next")))
        << question.sql;
    EXPECT_THAT(sql, Not(HasSubstr("{{"))) << question.sql;
    for (const PageParam& param : question.params) {
      const bool is_window = param.name == "window";
      EXPECT_THAT(sql, HasSubstr("{" + std::string(is_window ? "days" : param.name) + ":"))
          << question.sql;
    }
  }
}

/// Tables that answer with a row and count.
class PageAnswersTest : public testing::Test {
 protected:
  Result<std::string> Answer(const AskedQuestion& asked) { return answers_.Answer(asked, {}); }

  FakeClock clock_;
  std::atomic<int> asked_ = 0;
  std::function<Status(const TableQuestion&)> tables_ = [](const TableQuestion& question) {
    question.on_data("{\"data\":[],\"next\":null}\n");
    return Ok();
  };
  PageAnswers answers_{[this](const TableQuestion& question, std::stop_token) {
                         ++asked_;
                         return tables_(question);
                       },
                       clock_};
};

TEST_F(PageAnswersTest, GivesOneAnswerToAllWhoAskTheSameWithinAShortTime) {
  const auto asked = Asked("/api/markets");
  EXPECT_THAT(ValueOf(Answer(asked)),
              AllOf(HasSubstr("\"stale\":false"), EndsWith("\"data\":[],\"next\":null}\n")));
  Answer(asked).has_value();
  EXPECT_EQ(asked_, 1);
  Answer(Asked("/api/markets", {{"q", "x"}})).has_value();
  EXPECT_EQ(asked_, 2);
  clock_.SleepFor(std::chrono::seconds(3), {});
  Answer(asked).has_value();
  EXPECT_EQ(asked_, 3);
}

TEST_F(PageAnswersTest, AsksOnceForAllWhoAskTheSameAtOnce) {
  std::atomic<int> waiting = 0;
  tables_ = [&](const TableQuestion& question) {
    while (waiting < 4) std::this_thread::yield();
    question.on_data("{\"data\":1,\"next\":null}\n");
    return Ok();
  };
  const auto asked = Asked("/api/markets");
  {
    std::vector<std::jthread> clients;
    for (int i = 0; i < 4; ++i) {
      clients.emplace_back([&] {
        ++waiting;
        EXPECT_THAT(ValueOf(Answer(asked)), HasSubstr("\"data\":1"));
      });
    }
  }
  EXPECT_EQ(asked_, 1);
}

TEST_F(PageAnswersTest, GivesTheLastAnswerWhileTheTablesAreAwayAndSaysSo) {
  const auto asked = Asked("/api/markets");
  EXPECT_THAT(Answer(asked), IsOk());
  tables_ = [](const TableQuestion&) -> Status { return TransientError("nobody answers"); };
  clock_.SleepFor(std::chrono::seconds(60), {});

  EXPECT_THAT(ValueOf(Answer(asked)), HasSubstr("\"stale\":true"));
  // Of another question nothing is known.
  EXPECT_FALSE(Answer(Asked("/api/trades")));
}

TEST_F(PageAnswersTest, TellsWhatIsNotThereAndWhatTookTooLong) {
  tables_ = [](const TableQuestion&) { return Ok(); };
  EXPECT_EQ(Answer(Asked("/api/markets/1")).error().kind, ErrorKind::kRejected);
  tables_ = [](const TableQuestion&) -> Status {
    return TransientError("Code: 159. DB::Exception: … (TIMEOUT_EXCEEDED)");
  };
  EXPECT_TRUE(IsOfDeadline(Answer(Asked("/api/markets/2")).error()));
}

TEST_F(PageAnswersTest, LooksBackFartherUntilAListIsFull) {
  std::vector<std::string> hours;
  tables_ = [&](const TableQuestion& question) {
    for (const auto& [name, value] : question.settings) {
      if (name == "param_hours") hours.push_back(value);
    }
    const bool is_full = hours.size() == 3;
    question.on_data(is_full ? "{\"data\":1,\"next\":\"7-1\"}" : "{\"data\":0,\"next\":null}");
    return Ok();
  };
  EXPECT_THAT(ValueOf(Answer(Asked("/api/trades"))), HasSubstr("\"data\":1"));
  EXPECT_THAT(hours, testing::ElementsAre("1", "16", "256"));
}

TEST_F(PageAnswersTest, LooksForWhatIsNewOnceAndNear) {
  std::vector<std::string> hours;
  tables_ = [&](const TableQuestion& question) {
    for (const auto& [name, value] : question.settings) {
      if (name == "param_hours") hours.push_back(value);
    }
    question.on_data("{\"data\":0,\"next\":null}");
    return Ok();
  };
  const auto asked = Asked("/api/trades", {{"after", "7-1"}});
  EXPECT_THAT(answers_.AnswerAnew(asked, {}), IsOk());
  EXPECT_THAT(answers_.AnswerAnew(asked, {}), IsOk());
  EXPECT_THAT(hours, testing::ElementsAre("1", "1"));
}

TEST_F(PageAnswersTest, GivesWhatIsNearWhereLookingFartherTakesTooLong) {
  int times = 0;
  tables_ = [&](const TableQuestion& question) -> Status {
    if (++times > 1) return TransientError("Code: 159. (TIMEOUT_EXCEEDED)");
    question.on_data("{\"data\":5,\"next\":null}");
    return Ok();
  };
  EXPECT_THAT(ValueOf(Answer(Asked("/api/trades"))), HasSubstr("\"data\":5"));
}

TEST(ReadTradeNews, SaysWhereTheRestBegins) {
  const std::string answer = R"({"data":{"rows":[["9-3",1],["9-2",2],["9-1",3]]},"next":null})";
  const auto some = ReadTradeNews(answer, 2);
  ASSERT_TRUE(some);
  EXPECT_EQ(some->rows, R"([["9-3",1],["9-2",2]])");
  EXPECT_EQ(some->last, "9-3");
  EXPECT_EQ(some->before, "9-1");
  EXPECT_EQ(ReadTradeNews(answer, 3)->before, "");
  EXPECT_EQ(ReadTradeNews(R"({"data":{"rows":[]}})", 3)->last, "");
  EXPECT_FALSE(ReadTradeNews("[]", 3));
}

TEST_F(PageAnswersTest, ForgetsWhatWasAskedLongAgo) {
  for (int i = 0; i < 600; ++i) {
    clock_.SleepFor(std::chrono::milliseconds(1), {});
    EXPECT_THAT(Answer(Asked("/api/markets/" + std::to_string(i))), IsOk());
  }
  Answer(Asked("/api/markets/599")).has_value();
  EXPECT_EQ(asked_, 600);
  Answer(Asked("/api/markets/0")).has_value();
  EXPECT_EQ(asked_, 601);
}

TEST(WithoutFormat, LeavesTheFormatToUs) {
  EXPECT_EQ(WithoutFormat("SELECT 1 FORMAT JSON ;\n"), "SELECT 1");
  EXPECT_EQ(WithoutFormat("SELECT 1\nformat\tCSV"), "SELECT 1");
  EXPECT_EQ(WithoutFormat("SELECT 'FORMAT CSV'"), "SELECT 'FORMAT CSV'");
  EXPECT_EQ(WithoutFormat("SELECT my_format x"), "SELECT my_format x");
  EXPECT_EQ(WithoutFormat(""), "");
}

TEST(ErrorPosition, IsWhereClickHouseSaysItIs) {
  EXPECT_EQ(ErrorPosition("Syntax error: failed at position 14 (x): x."), 13U);
  EXPECT_EQ(ErrorPosition("There is no table x"), std::nullopt);
}

std::string Console(std::uint64_t limit, const std::vector<std::string>& pieces) {
  std::string written;
  RunConsoleQuery(
      {"SELECT", limit, 30},
      [&](const TableQuestion& question, std::stop_token) -> Status {
        for (const std::string& piece : pieces) {
          if (!question.on_data(piece)) return TransientError("given up");
        }
        return Ok();
      },
      [&](std::string_view bytes) {
        written += bytes;
        return true;
      },
      {});
  return written;
}

TEST(RunConsoleQuery, MakesColumnsOfTheFirstLinesHoweverTheyCome) {
  const std::string all =
      "[\"a\", \"b\\\"c\"]\n[\"UInt64\", \"Array(String)\"]\n[\"1\", []]\n[\"2\", [\"x\"]]\n";
  const std::string columns =
      "{\"columns\":[{\"name\":\"a\",\"type\":\"UInt64\"},{\"name\":\"b\\\"c\",\"type\":\"Array("
      "String)\"}]}\n[\"1\", []]\n[\"2\", [\"x\"]]\n{\"end\":{\"rows\":2,";
  EXPECT_THAT(Console(10, {all}), testing::StartsWith(columns));
  std::vector<std::string> bytes;
  for (const char byte : all) bytes.emplace_back(1, byte);
  EXPECT_THAT(Console(10, bytes), testing::StartsWith(columns));
}

TEST(RunConsoleQuery, CutsAtTheLimitAndSaysSo) {
  EXPECT_THAT(Console(2, {"[\"a\"]\n[\"UInt8\"]\n[1]\n[2]\n[3]\n"}),
              AllOf(HasSubstr("[1]\n[2]\n{\"end\":{\"rows\":2,"), HasSubstr("\"truncated\":true")));
  EXPECT_THAT(Console(3, {"[\"a\"]\n[\"UInt8\"]\n[1]\n[2]\n[3]\n"}),
              HasSubstr("\"truncated\":false"));
}

TEST(RunConsoleQuery, EndsWithTheErrorAndItsPlace) {
  std::string written;
  RunConsoleQuery(
      {"SELECT * FRM x"},
      [](const TableQuestion&, std::stop_token) -> Status {
        return RejectedError("Code: 62. Syntax error: failed at position 14 (x)");
      },
      [&](std::string_view bytes) {
        written += bytes;
        return true;
      },
      {});
  EXPECT_THAT(written, AllOf(HasSubstr("\"code\":\"query\""), HasSubstr("\"position\":13")));
}

TEST(ReadReplayWish, TakesAStreamAndIdsAndNothingElse) {
  const auto wish = ReadReplayWish(R"({"stream":"stream:markets","ids":["1","2"]})");
  ASSERT_TRUE(wish);
  EXPECT_EQ(wish->stream, "stream:markets");
  EXPECT_THAT(wish->ids, testing::ElementsAre("1", "2"));
  std::string many = R"({"stream":"s","ids":["0")";
  for (int i = 1; i <= 1'000; ++i) many += ",\"1\"";
  for (const std::string body : {"",
                                 "{}",
                                 "[]",
                                 R"({"stream":"s","ids":[]})",
                                 R"({"stream":"s","ids":[1]})",
                                 R"({"ids":["1"]})"}) {
    EXPECT_FALSE(ReadReplayWish(body)) << body;
  }
  EXPECT_FALSE(ReadReplayWish(many + "]}"));
}

TEST(ReadableText, ShowsAnyBytesAsUtf8) {
  EXPECT_EQ(ReadableText("größe"), "größe");
  EXPECT_EQ(ReadableText("a\xff"
                         "b"),
            "a\xEF\xBF\xBD"
            "b");
}

}  // namespace
}  // namespace polyhouse
