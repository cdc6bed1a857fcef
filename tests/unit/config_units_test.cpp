#include <gtest/gtest.h>

#include "config/units.h"

namespace polyhouse {
namespace {

using std::chrono::milliseconds;

TEST(ParseDuration, ReadsNumbersWithAUnit) {
  EXPECT_EQ(ParseDuration("500ms"), milliseconds(500));
  EXPECT_EQ(ParseDuration("30s"), milliseconds(30'000));
  EXPECT_EQ(ParseDuration("5m"), milliseconds(300'000));
  EXPECT_EQ(ParseDuration("2h"), milliseconds(7'200'000));
  EXPECT_EQ(ParseDuration("0"), milliseconds(0));
  EXPECT_EQ(ParseDuration("0s"), milliseconds(0));
}

TEST(ParseDuration, RefusesAnythingElse) {
  for (const char* text : {"",
                           "30",
                           "s",
                           "1.5s",
                           "-1s",
                           "+1s",
                           " 1s",
                           "1 s",
                           "1s ",
                           "1S",
                           "1w",
                           "99999999999999999999s",
                           "18446744073709551615h",
                           "1sm"}) {
    EXPECT_FALSE(ParseDuration(text).has_value()) << text;
  }
}

TEST(ParseBytes, ReadsPowersOf1024) {
  EXPECT_EQ(ParseBytes("4096"), 4096U);
  EXPECT_EQ(ParseBytes("64KB"), 65'536U);
  EXPECT_EQ(ParseBytes("16MB"), 16U << 20U);
  EXPECT_EQ(ParseBytes("4GB"), std::uint64_t{4} << 30U);
}

TEST(ParseBytes, RefusesAnythingElse) {
  for (const char* text : {"", "MB", "1.5GB", "-1", "4G", "4gb", "1 MB", "99999999999GB"}) {
    EXPECT_FALSE(ParseBytes(text).has_value()) << text;
  }
}

TEST(ParseCount, TakesDigitsOnly) {
  EXPECT_EQ(ParseCount("0"), 0U);
  EXPECT_EQ(ParseCount("100000"), 100'000U);
  for (const char* text : {"", "+1", "-1", " 1", "1 ", "1e3", "0x1", "18446744073709551616"}) {
    EXPECT_FALSE(ParseCount(text).has_value()) << text;
  }
}

TEST(FormatDuration, IsReadBack) {
  for (const std::int64_t ms : {0, 1, 999, 1'000, 1'500, 60'000, 90'000, 3'600'000, 86'400'000}) {
    EXPECT_EQ(ParseDuration(FormatDuration(milliseconds(ms))), milliseconds(ms)) << ms;
  }
  EXPECT_EQ(FormatDuration(milliseconds(90'000)), "90s");
  EXPECT_EQ(FormatDuration(milliseconds(7'200'000)), "2h");
}

TEST(FormatBytes, IsReadBack) {
  for (const std::uint64_t bytes : {0UL, 1UL, 1023UL, 1024UL, 1536UL, 16UL << 20U, 4UL << 30U}) {
    EXPECT_EQ(ParseBytes(FormatBytes(bytes)), bytes) << bytes;
  }
  EXPECT_EQ(FormatBytes(16U << 20U), "16MB");
}

}  // namespace
}  // namespace polyhouse
