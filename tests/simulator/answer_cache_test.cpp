#include "answer_cache.h"

#include <gtest/gtest.h>

namespace polyhouse {
namespace {

using std::chrono::seconds;

constexpr AnswerCache::TimePoint At(int second) {
  return AnswerCache::TimePoint(seconds(1000 + second));
}

TEST(AnswerCache, KeepsAnAnswerForItsLifetime) {
  AnswerCache cache(seconds(300));
  cache.Store("/a", {{}, "next", ""}, At(0));

  EXPECT_EQ(cache.Find("/a", At(0))->age, seconds(0));
  EXPECT_EQ(cache.Find("/a", At(299))->age, seconds(299));
  EXPECT_EQ(cache.Find("/a", At(299))->answer.next_cursor, "next");
  EXPECT_FALSE(cache.Find("/a", At(300)));
  EXPECT_FALSE(cache.Find("/b", At(1)));
}

TEST(AnswerCache, KeepsTheNewestOfTwoAnswers) {
  AnswerCache cache(seconds(10));
  cache.Store("/a", {{}, "old", ""}, At(0));
  cache.Store("/a", {{}, "new", ""}, At(8));
  cache.Store("/b", {{}, "other", ""}, At(12));  // drops what has expired

  EXPECT_EQ(cache.Find("/a", At(12))->answer.next_cursor, "new");
  cache.Clear();
  EXPECT_FALSE(cache.Find("/a", At(12)));
}

TEST(AnswerCache, KeepsNothingWithoutALifetime) {
  AnswerCache cache(seconds(0));
  cache.Store("/a", {{}, "next", ""}, At(0));

  EXPECT_FALSE(cache.Find("/a", At(0)));
}

}  // namespace
}  // namespace polyhouse
