#include "adapters/http/retry_after.h"

#include <gtest/gtest.h>

namespace polyhouse {
namespace {

using std::chrono::milliseconds;

/// Sun, 06 Nov 1994 08:49:37 GMT, the date of RFC 9110.
constexpr Timestamp kNow{milliseconds(784'111'777'000)};

TEST(ParseRetryAfter, ReadsSeconds) {
  EXPECT_EQ(ParseRetryAfter("0", kNow), milliseconds(0));
  EXPECT_EQ(ParseRetryAfter("120", kNow), milliseconds(120'000));
}

TEST(ParseRetryAfter, ReadsADateInEachFormOfHttp) {
  for (const char* date : {"Sun, 06 Nov 1994 08:51:07 GMT",
                           "Sunday, 06-Nov-94 08:51:07 GMT",
                           "Sun Nov  6 08:51:07 1994"}) {
    EXPECT_EQ(ParseRetryAfter(date, kNow), milliseconds(90'000)) << date;
  }
}

TEST(ParseRetryAfter, CountsADateFromNowToTheMillisecond) {
  EXPECT_EQ(ParseRetryAfter("Sun, 06 Nov 1994 08:49:38 GMT", kNow + milliseconds(250)),
            milliseconds(750));
}

TEST(ParseRetryAfter, TakesADateInThePastForNow) {
  EXPECT_EQ(ParseRetryAfter("Sun, 06 Nov 1994 08:00:00 GMT", kNow), milliseconds(0));
}

TEST(ParseRetryAfter, WaitsAnHourAtMost) {
  for (const char* value : {"3601",
                            "999999999999",
                            "18446744073709551615",
                            "99999999999999999999999999",
                            "Mon, 07 Nov 1994 08:49:37 GMT"}) {
    EXPECT_EQ(ParseRetryAfter(value, kNow), std::chrono::hours(1)) << value;
  }
}

TEST(ParseRetryAfter, IsEmptyForAnythingElse) {
  for (const char* value : {"", " ", "soon", "-5", "+5", "1.5", "120s", "0x10", "12 0"}) {
    EXPECT_FALSE(ParseRetryAfter(value, kNow).has_value()) << value;
  }
}

}  // namespace
}  // namespace polyhouse
