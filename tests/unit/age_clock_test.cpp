#include <gtest/gtest.h>

#include "base/clock.h"
#include "support/fake_clock.h"

namespace polyhouse {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

TEST(AgeClock, GoesWithTheClock) {
  FakeClock clock;
  const AgeClock ages(clock);
  EXPECT_EQ(ages.Now(), clock.Now());
  clock.Advance(hours(5));
  EXPECT_EQ(ages.Now(), clock.Now());
}

TEST(AgeClock, DoesNotJumpAheadWithTheClock) {
  FakeClock clock;
  const AgeClock ages(clock);
  const Timestamp before = clock.Now();
  clock.SetWallClock(hours(24 * 60));
  EXPECT_LE(ages.Now() - before, milliseconds(1));
  clock.Advance(hours(2));
  EXPECT_GE(ages.Now() - before, hours(2));
  EXPECT_LE(ages.Now() - before, hours(2) + milliseconds(1));
}

TEST(AgeClock, GoesBackWithTheClock) {
  FakeClock clock;
  const AgeClock ages(clock);
  clock.SetWallClock(-hours(3));
  EXPECT_EQ(ages.Now(), clock.Now());
}

}  // namespace
}  // namespace polyhouse
