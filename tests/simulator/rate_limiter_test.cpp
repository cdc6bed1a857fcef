#include "rate_limiter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace polyhouse {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using TimePoint = std::chrono::steady_clock::time_point;
using testing::HasSubstr;

constexpr auto kMarkets = RouteGroup::kMarkets;

constexpr TimePoint At(int milliseconds_since_start) {
  return TimePoint(milliseconds(1'000'000 + milliseconds_since_start));
}

RateLimiter ThreePerSecond(RateMode mode) {
  return {{{kMarkets, {3, seconds(1)}}}, mode};
}

TEST(RateLimiter, LetsNoWindowHaveMoreThanTheLimit) {
  RateLimiter limiter = ThreePerSecond(RateMode::kDelay);
  std::vector<TimePoint> admitted;
  for (int i = 0; i < 200; ++i) {
    admitted.push_back(limiter.Admit(kMarkets, At(i * i % 37 + i * 60)).at);
  }

  for (std::size_t i = 0; i + 3 < admitted.size(); ++i) {
    EXPECT_LE(admitted[i], admitted[i + 1]);
    EXPECT_GE(admitted[i + 3] - admitted[i], seconds(1));
  }
  EXPECT_LT(admitted.back(), At(200 * 1000 / 3 + 1000));  // and wastes nothing
}

TEST(RateLimiter, DelaysWhatComesOverTheLimitInTheOrderItCame) {
  RateLimiter limiter = ThreePerSecond(RateMode::kDelay);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(limiter.Admit(kMarkets, At(i * 10)).at, At(i * 10));

  const Admission fourth = limiter.Admit(kMarkets, At(50));
  EXPECT_EQ(fourth.at, At(1000));
  EXPECT_TRUE(fourth.is_over_limit);
  EXPECT_FALSE(fourth.is_refused);
  EXPECT_EQ(limiter.Admit(kMarkets, At(50)).at, At(1010));
  EXPECT_EQ(limiter.Admit(kMarkets, At(3000)).at, At(3000));
}

TEST(RateLimiter, RefusesWithoutCountingTheRefused) {
  RateLimiter limiter = ThreePerSecond(RateMode::kRefuse);
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(limiter.Admit(kMarkets, At(i * 10)).is_refused);

  EXPECT_TRUE(limiter.Admit(kMarkets, At(900)).is_refused);
  EXPECT_EQ(limiter.Admit(kMarkets, At(900)).retry_after, std::nullopt);
  EXPECT_FALSE(limiter.Admit(kMarkets, At(1000)).is_refused);
}

TEST(RateLimiter, SaysWhenToComeAgain) {
  RateLimiter limiter({{kMarkets, {1, seconds(10)}}}, RateMode::kRefuseRetryAfter);
  limiter.Admit(kMarkets, At(0));

  EXPECT_EQ(limiter.Admit(kMarkets, At(2500)).retry_after, seconds(8));
  EXPECT_EQ(limiter.Admit(kMarkets, At(9999)).retry_after, seconds(1));
}

TEST(RateLimiter, LeavesOtherGroupsAlone) {
  RateLimiter limiter = ThreePerSecond(RateMode::kRefuse);
  for (int i = 0; i < 10; ++i) limiter.Admit(kMarkets, At(0));

  EXPECT_FALSE(limiter.Admit(RouteGroup::kEvents, At(0)).is_refused);
}

TEST(RateLimiter, KnowsTheGroupOfAPath) {
  for (const char* path : {"/markets", "/markets/keyset", "/markets/12", "/markets/slug/x"}) {
    EXPECT_EQ(GroupOf(path), kMarkets) << path;
  }
  EXPECT_EQ(GroupOf("/events/keyset"), RouteGroup::kEvents);
  EXPECT_EQ(GroupOf("/clob/markets"), RouteGroup::kClob);
  for (const char* path : {"/", "/marketsx", "/tags", "markets"}) {
    EXPECT_EQ(GroupOf(path), std::nullopt) << path;
  }
}

TEST(RateLimits, AreReadFromASpec) {
  const RateLimits limits = *ParseRateLimits("markets=300/10,clob=9000/60");
  EXPECT_EQ(limits.at(kMarkets).requests, 300U);
  EXPECT_EQ(limits.at(RouteGroup::kClob).window, seconds(60));
  EXPECT_TRUE(ParseRateLimits("")->empty());

  for (const char* spec : {"tags=1/1",
                           "markets=300",
                           "markets=0/10",
                           "markets=3/0",
                           "markets=x/1",
                           "=1/1",
                           "markets=1/1/1",
                           "markets/10=300"}) {
    const auto wrong = ParseRateLimits(spec);
    ASSERT_FALSE(wrong) << spec;
    EXPECT_THAT(wrong.error().message, HasSubstr("markets=300/10"));
  }
}

}  // namespace
}  // namespace polyhouse
