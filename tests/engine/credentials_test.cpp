#include "engine/credentials.h"

#include <gtest/gtest.h>

#include "base/constant_time.h"

namespace polyhouse::engine {
namespace {

Account WithPassword() {
  return {"reader", Secret("right")};
}

TEST(Authenticate, AcceptsOnlyTheUserWithThePassword) {
  EXPECT_EQ(Authenticate(WithPassword(), {"reader", Secret("right")}), Authentication::kAccepted);
  for (const auto* const password : {"", "wrong", "righ", "right ", "rightright"}) {
    EXPECT_EQ(Authenticate(WithPassword(), {"reader", Secret(password)}), Authentication::kRefused)
        << password;
  }
  EXPECT_EQ(Authenticate(WithPassword(), {"other", Secret("right")}), Authentication::kRefused);
  EXPECT_EQ(Authenticate(WithPassword(), {"", Secret("right")}), Authentication::kRefused);
}

TEST(Authenticate, AsksWhenNothingWasSaid) {
  EXPECT_EQ(Authenticate(WithPassword(), {}), Authentication::kMissing);
}

TEST(Authenticate, TakesDefaultForTheUserWhenOnlyAPasswordIsSent) {
  EXPECT_EQ(Authenticate({"default", Secret("right")}, {"", Secret("right")}),
            Authentication::kAccepted);
}

TEST(Authenticate, AsksForNoPasswordWhenThereIsNone) {
  EXPECT_EQ(Authenticate({}, {}), Authentication::kAccepted);
  EXPECT_EQ(Authenticate({}, {"default", Secret("any")}), Authentication::kAccepted);
  EXPECT_EQ(Authenticate({}, {"other", Secret()}), Authentication::kRefused);
}

TEST(IsEqualInConstantTime, ComparesWholeTexts) {
  EXPECT_TRUE(IsEqualInConstantTime("", ""));
  EXPECT_TRUE(IsEqualInConstantTime("abc", "abc"));
  for (const auto* const given : {"", "ab", "abd", "abcabc", "xbc"}) {
    EXPECT_FALSE(IsEqualInConstantTime("abc", given)) << given;
  }
  EXPECT_FALSE(IsEqualInConstantTime("", "a"));
}

}  // namespace
}  // namespace polyhouse::engine
