#include "flow/listing/half_trust.h"

#include <gtest/gtest.h>

namespace polyhouse {
namespace {

ListingPage APage(bool closed) {
  ListingPage page;
  page.rows = {{.id = "1", .closed = closed}};
  return page;
}

TEST(HalfTrust, AsksThreeTimesAgainBeforeItTakesTheApiAsItIs) {
  HalfTrust trust;
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(trust.Judge(OpenState::kClosed, APage(false)), HalfVerdict::kAskAgain);
  }
  EXPECT_EQ(trust.Judge(OpenState::kClosed, APage(false)), HalfVerdict::kIgnored);
  EXPECT_EQ(trust.Judge(OpenState::kClosed, APage(false)), HalfVerdict::kIgnored);
  EXPECT_EQ(trust.Judge(OpenState::kOpen, APage(true)), HalfVerdict::kAskAgain)
      << "each half alone";
}

TEST(HalfTrust, BeginsAnewAfterARightAnswer) {
  HalfTrust trust;
  for (int i = 0; i < 4; ++i) (void)trust.Judge(OpenState::kClosed, APage(false));

  EXPECT_EQ(trust.Judge(OpenState::kClosed, APage(true)), HalfVerdict::kHeeded);
  EXPECT_EQ(trust.Judge(OpenState::kClosed, {}), HalfVerdict::kHeeded) << "none is no wrong answer";
  EXPECT_EQ(trust.Judge(OpenState::kClosed, APage(false)), HalfVerdict::kAskAgain);
}

}  // namespace
}  // namespace polyhouse
