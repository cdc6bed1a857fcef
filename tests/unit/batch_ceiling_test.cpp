#include "flow/write/batch_ceiling.h"

#include <gtest/gtest.h>

namespace polyhouse {
namespace {

constexpr bool kShortage = true;

TEST(BatchCeiling, FallsToHalfOfWhatWasTooMuchAndNeverToNothing) {
  BatchCeiling ceiling(1'000);

  ceiling.Refused(900, kShortage);
  EXPECT_EQ(ceiling.bytes(), 450U);
  ceiling.Refused(600, kShortage);  // Sent before.
  EXPECT_EQ(ceiling.bytes(), 300U);
  ceiling.Refused(1, kShortage);
  EXPECT_EQ(ceiling.bytes(), 1U);
}

/// How many batches go through until it is raised.
int BatchesUntilMore(BatchCeiling& ceiling) {
  const std::size_t before = ceiling.bytes();
  int batches = 0;
  while (ceiling.bytes() == before) {
    ceiling.Passed();
    ++batches;
  }
  return batches;
}

TEST(BatchCeiling, IsNeverHigherThanItWasTold) {
  BatchCeiling ceiling(1'000);
  ceiling.Refused(1'200, kShortage);
  ASSERT_EQ(ceiling.bytes(), 600U);

  BatchesUntilMore(ceiling);

  EXPECT_EQ(ceiling.bytes(), 1'000U);
}

/// A moment's shortage of memory used to keep batches down to a row for hours.
TEST(BatchCeiling, ComesBackSoonFromARow) {
  BatchCeiling ceiling(8U << 20U);
  ceiling.Refused(2, kShortage);

  int batches = 0;
  while (ceiling.bytes() < 8U << 20U) batches += BatchesUntilMore(ceiling);

  EXPECT_LE(batches, 50);
}

TEST(BatchCeiling, TriesMoreRarelyWhileMoreIsRefused) {
  BatchCeiling ceiling(1'000);
  ceiling.Refused(1'000, kShortage);
  int batches = 0;
  for (int i = 0; i < 10; ++i) {
    batches = BatchesUntilMore(ceiling);
    ceiling.Refused(1'000, kShortage);
  }

  EXPECT_EQ(batches, 128);
}

TEST(BatchCeiling, RarelyTriesMoreThanALimit) {
  BatchCeiling ceiling(1'000);
  ceiling.Refused(1'000, !kShortage);

  EXPECT_EQ(BatchesUntilMore(ceiling), 128);
}

}  // namespace
}  // namespace polyhouse
