#include "codec/tag_list.h"

#include <gtest/gtest.h>

#include "support/random_rows.h"

namespace polyhouse {
namespace {

TEST(JoinTags, SeparatesLabelsBySemicolons) {
  EXPECT_EQ(JoinTags({{"Sports", "NBA", "Games"}}), "Sports;NBA;Games");
  EXPECT_EQ(JoinTags({{"All"}}), "All");
  EXPECT_EQ(JoinTags({}), "");
}

TEST(JoinTags, EscapesSemicolonsAndBackslashesInsideALabel) {
  EXPECT_EQ(JoinTags({{"a;b", "c\\d", "\\;"}}), R"(a\;b;c\\d;\\\;)");
}

TEST(SplitTags, GivesBackExactlyWhatWasJoined) {
  RandomRows random(11);
  for (int i = 0; i < 5'000; ++i) {
    TagLabels tags;
    for (auto n = random.Number(5); n > 0; --n) {
      std::string label = random.Text(6);
      if (!label.empty()) tags.values.push_back(std::move(label));
    }
    ASSERT_EQ(SplitTags(JoinTags(tags)), tags) << JoinTags(tags);
  }
}

TEST(SplitTags, KeepsABackslashThatStandsAtTheEnd) {
  EXPECT_EQ(SplitTags("a\\"), (TagLabels{{"a\\"}}));
}

}  // namespace
}  // namespace polyhouse
