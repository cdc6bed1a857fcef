#include "flow/batch_ceiling.h"

#include <gtest/gtest.h>

namespace polyhouse {
namespace {

TEST(BatchCeiling, FallsToHalfOfWhatWasTooMuchAndNeverToNothing) {
  BatchCeiling ceiling(1'000);

  ceiling.Refused(900);
  EXPECT_EQ(ceiling.bytes(), 450U);
  ceiling.Refused(600);  // Sent before.
  EXPECT_EQ(ceiling.bytes(), 300U);
  ceiling.Refused(1);
  EXPECT_EQ(ceiling.bytes(), 1U);
}

TEST(BatchCeiling, TriesMoreAfterAHundredBatchesAndNeverMoreThanItWasTold) {
  BatchCeiling ceiling(1'000);
  ceiling.Refused(1'200);
  ASSERT_EQ(ceiling.bytes(), 600U);

  for (int i = 0; i < 99; ++i) ceiling.Passed();
  EXPECT_EQ(ceiling.bytes(), 600U);
  ceiling.Passed();
  EXPECT_EQ(ceiling.bytes(), 1'000U);
}

}  // namespace
}  // namespace polyhouse
