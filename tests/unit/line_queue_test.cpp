#include "base/line_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace polyhouse {
namespace {

TEST(LineQueue, PassesWhatIsAddedOnInItsOrder) {
  LineQueue queue(100);
  queue.Add("one\ntw");
  queue.Add("o\n");
  queue.Take(2);

  EXPECT_EQ(queue.waiting(), "e\ntwo\n");
}

TEST(LineQueue, DropsWholeLinesCountsThemAndSaysSoWhereTheyAreMissing) {
  LineQueue queue(100);
  queue.Add(std::string(70, 'a') + "\n");
  queue.Add(std::string(70, 'b') + "\n" + std::string(70, 'c') + "\n");
  EXPECT_EQ(queue.dropped(), 2U);
  queue.Take(71);

  queue.Add("d\n");

  EXPECT_EQ(queue.dropped(), 0U);
  EXPECT_THAT(std::string(queue.waiting()),
              testing::MatchesRegex("polyhouse: 2 lines were dropped here.*\nd\n"));
}

TEST(LineQueue, PassesAQuestionOnThatDoesNotEndItsLine) {
  LineQueue queue(100);

  queue.Add("Really? ");

  EXPECT_EQ(queue.waiting(), "Really? ");
}

}  // namespace
}  // namespace polyhouse
