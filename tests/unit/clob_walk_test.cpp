#include "checks/clob_walk.h"

#include <deque>

#include "checks/hash_set.h"
#include "support/fake_clock.h"
#include "support/result_matchers.h"

namespace polyhouse {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// Answers from a list and keeps what it was asked.
class FakeHttp final : public HttpClient {
 public:
  Result<HttpResponse> Send(const HttpRequest& request, std::stop_token) override {
    urls.push_back(request.url);
    if (answers.empty()) return TransientError("no more answers");
    auto answer = std::move(answers.front());
    answers.pop_front();
    return answer;
  }

  std::deque<Result<HttpResponse>> answers;
  std::vector<std::string> urls;
};

class ClobWalkTest : public testing::Test {
 protected:
  void Answer(const std::string& ids, const std::string& next) {
    std::string data;
    for (const char id : ids) {
      data += data.empty() ? "" : ",";
      data += std::string(R"({"condition_id":")") + id + R"("})";
    }
    http_.answers.push_back(HttpResponse{
        .status = 200, .body = R"({"data":[)" + data + R"(],"next_cursor":")" + next + R"("})"});
  }
  Result<ClobWalkCounts> Walk() {
    ClobListing listing("https://clob", std::chrono::seconds(1), http_);
    Retrier retrier(
        {.give_up_after = std::chrono::seconds(60)}, [](const Error&, auto) {}, clock_, 1);
    return ClobWalk(listing, retrier)
        .Run(7,
             [&](const WitnessPage& page) {
               for (const auto& row : page.rows) seen_ += row.condition_id;
               return Ok();
             },
             {});
  }

  FakeClock clock_;
  FakeHttp http_;
  std::string seen_;
};

TEST_F(ClobWalkTest, FollowsTheCursorsToTheEnd) {
  Answer("ab", "MTAw/=");
  Answer("c", "LTE=");

  const auto counts = Walk();

  ASSERT_THAT(counts, IsOk());
  EXPECT_EQ(counts->pages, 2U);
  EXPECT_EQ(counts->markets, 3U);
  EXPECT_EQ(seen_, "abc");
  EXPECT_THAT(http_.urls,
              ElementsAre("https://clob/markets", "https://clob/markets?next_cursor=MTAw%2F%3D"));
}

TEST_F(ClobWalkTest, AsksAgainAfterErrorsAndPagesThatLeadNowhere) {
  Answer("ab", "1");
  http_.answers.push_back(HttpResponse{.status = 429, .body = "slow down"});
  Answer("ab", "1");  // The first page again, as for a cursor that is not understood.
  Answer("cd", "1");  // The same cursor again.
  Answer("", "2");
  http_.answers.push_back(HttpResponse{.status = 200, .body = R"({"data":[{"conditi)"});
  Answer("cd", "");

  const auto counts = Walk();

  ASSERT_THAT(counts, IsOk());
  EXPECT_EQ(seen_, "abcd");
}

TEST_F(ClobWalkTest, IsAnErrorWhenItDoesNotGetOn) {
  Answer("ab", "1");
  for (int i = 0; i < 5; ++i) Answer("ab", "2");

  EXPECT_THAT(Walk(), HasError(ErrorKind::kRejected));
  EXPECT_EQ(http_.urls.size(), 6U);
}

/// An error is never the end.
TEST_F(ClobWalkTest, TakesAnEmptyFirstPageForAnError) {
  for (int i = 0; i < 5; ++i) Answer("", "");

  const auto counts = Walk();

  ASSERT_THAT(counts, HasError(ErrorKind::kRejected));
  EXPECT_THAT(counts.error().message, HasSubstr("empty page"));
}

TEST_F(ClobWalkTest, GivesUpWhenNothingSucceedsForLong) {
  EXPECT_THAT(Walk(), HasError(ErrorKind::kTransient));
}

TEST(HashSet, KnowsWhatWasPutInHoweverMuch) {
  HashSet set;
  for (int i = 0; i < 100'000; ++i) ASSERT_TRUE(set.Insert(std::to_string(i)));
  for (int i = 0; i < 100'000; ++i) ASSERT_FALSE(set.Insert(std::to_string(i)));

  EXPECT_EQ(set.size(), 100'000U);
  EXPECT_TRUE(set.Contains("99999"));
  EXPECT_FALSE(set.Contains("100000"));
}

}  // namespace
}  // namespace polyhouse
