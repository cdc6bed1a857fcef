#include "imports/repeat_counter.h"

#include <gtest/gtest.h>

#include <string>

namespace polyhouse {
namespace {

TEST(RepeatCounter, CountsEqualLinesThatStandNearEachOther) {
  RepeatCounter repeats;

  EXPECT_EQ(repeats.Count("a"), 0U);
  EXPECT_EQ(repeats.Count("b"), 0U);
  EXPECT_EQ(repeats.Count("a"), 1U);
  EXPECT_EQ(repeats.Count("a"), 2U);
}

TEST(RepeatCounter, TakesALineForTheSameRowAgainWhenItComesMuchLater) {
  for (const std::uint64_t between : {RepeatCounter::kWindow - 1, RepeatCounter::kWindow}) {
    RepeatCounter repeats;
    repeats.Count("a");
    for (std::uint64_t i = 0; i < between; ++i) repeats.Count(std::to_string(i));

    EXPECT_EQ(repeats.Count("a"), between < RepeatCounter::kWindow ? 1U : 0U);
  }
}

TEST(RepeatCounter, DoesNotDependOnWhereAFileBegins) {
  for (const std::uint64_t before : {0U, 1U, 40000U, 65535U, 65536U, 131071U}) {
    RepeatCounter repeats;
    for (std::uint64_t i = 0; i < before; ++i) repeats.Count("x" + std::to_string(i));

    std::string counts;
    for (const char* line : {"a", "b", "a", "a", "b"})
      counts += std::to_string(repeats.Count(line));

    EXPECT_EQ(counts, "00121") << before;
  }
}

}  // namespace
}  // namespace polyhouse
