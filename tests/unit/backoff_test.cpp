#include "base/backoff.h"

#include <gtest/gtest.h>

namespace polyhouse {
namespace {

using std::chrono::milliseconds;

constexpr BackoffPolicy kPolicy{.base = milliseconds(100), .cap = milliseconds(1'000)};
constexpr double kLongestJitter = 0.999'999;

TEST(BackoffDelay, DoublesWithEachFailureUpToTheCap) {
  const auto longest = [](std::uint32_t attempt) {
    return BackoffDelay(kPolicy, attempt, kLongestJitter, milliseconds(0));
  };

  EXPECT_EQ(longest(1), milliseconds(100));
  EXPECT_EQ(longest(2), milliseconds(200));
  EXPECT_EQ(longest(3), milliseconds(400));
  EXPECT_EQ(longest(4), milliseconds(800));
  EXPECT_EQ(longest(5), milliseconds(1'000));
}

TEST(BackoffDelay, StaysAtTheCapHoweverManyFailuresThereWere) {
  EXPECT_EQ(BackoffDelay(kPolicy, UINT32_MAX, kLongestJitter, milliseconds(0)),
            milliseconds(1'000));
}

TEST(BackoffDelay, SpreadsOverTheUpperHalfOfItsStep) {
  for (const std::uint32_t attempt : {1U, 3U, 9U}) {
    const auto longest = BackoffDelay(kPolicy, attempt, kLongestJitter, milliseconds(0));

    EXPECT_EQ(BackoffDelay(kPolicy, attempt, 0, milliseconds(0)), longest / 2) << attempt;
    EXPECT_EQ(BackoffDelay(kPolicy, attempt, 0.5, milliseconds(0)), longest * 3 / 4) << attempt;
  }
}

TEST(BackoffDelay, NeverUndercutsWhatThePeerAskedFor) {
  EXPECT_EQ(BackoffDelay(kPolicy, 1, 0, milliseconds(60'000)), milliseconds(60'000));
}

TEST(BackoffDelay, WaitsItsOwnTimeWhenThePeerAskedForLess) {
  EXPECT_EQ(BackoffDelay(kPolicy, 4, kLongestJitter, milliseconds(1)), milliseconds(800));
}

TEST(BackoffDelay, TakesNoFailureYetForTheFirst) {
  EXPECT_EQ(BackoffDelay(kPolicy, 0, 0, milliseconds(0)), milliseconds(50));
}

TEST(Jitter, StaysBetweenZeroAndOneAndDiffersBySeed) {
  Jitter one(1);
  Jitter two(2);
  bool differs = false;
  for (int i = 0; i < 1'000; ++i) {
    const double a = one.Next();
    const double b = two.Next();
    ASSERT_GE(a, 0);
    ASSERT_LT(a, 1);
    differs = differs || a != b;
  }
  EXPECT_TRUE(differs);
}

}  // namespace
}  // namespace polyhouse
