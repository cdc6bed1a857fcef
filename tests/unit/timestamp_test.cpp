#include "codec/timestamp.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>
#include <ostream>

#include "support/random_rows.h"

namespace polyhouse {
namespace {

using std::chrono::milliseconds;

struct Reading {
  std::string_view text;
  std::string_view utc;
};

constexpr Reading kReadings[] = {
    // Every format of polymarket-api.md 2.1.
    {"2026-03-11T09:29:01.328428Z", "2026-03-11T09:29:01.328Z"},
    {"2026-03-12T09:25:00Z", "2026-03-12T09:25:00.000Z"},
    {"2020-11-02 16:31:01+00", "2020-11-02T16:31:01.000Z"},
    {"2026-05-28 05:29:05.547+00", "2026-05-28T05:29:05.547Z"},
    {"2026-03-12", "2026-03-12T00:00:00.000Z"},
    {"2026-05-28T05:29:05+00:00:00", "2026-05-28T05:29:05.000Z"},
    {"1773221341", "2026-03-11T09:29:01.000Z"},
    {"1773221341328", "2026-03-11T09:29:01.328Z"},
    // Fractions of any length; below a millisecond they are cut off, not rounded.
    {"2026-03-11T09:29:01.3Z", "2026-03-11T09:29:01.300Z"},
    {"2026-03-11T09:29:01.32Z", "2026-03-11T09:29:01.320Z"},
    {"2026-03-11T09:29:01.0Z", "2026-03-11T09:29:01.000Z"},
    {"2026-03-11T09:29:01.9999Z", "2026-03-11T09:29:01.999Z"},
    {"2026-03-11T09:29:01.123456789Z", "2026-03-11T09:29:01.123Z"},
    {"2026-03-11T09:29:01.12345678901234567890Z", "2026-03-11T09:29:01.123Z"},
    // Zones.
    {"2026-03-11T09:29:01", "2026-03-11T09:29:01.000Z"},
    {"2026-03-11 09:29:01", "2026-03-11T09:29:01.000Z"},
    {"2026-03-11T09:29Z", "2026-03-11T09:29:00.000Z"},
    {"2026-03-11T00:30:00+05:30", "2026-03-10T19:00:00.000Z"},
    {"2026-03-11T00:30:00+0530", "2026-03-10T19:00:00.000Z"},
    {"2026-12-31T20:00:00-05", "2027-01-01T01:00:00.000Z"},
    // RFC 3339 lets letters have any case, and a minute have a second more.
    {"2026-04-20t20:35:26z", "2026-04-20T20:35:26.000Z"},
    {"2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000Z"},
    // The ends of what the column can hold.
    {"1900-01-01", "1900-01-01T00:00:00.000Z"},
    {"2299-12-31T23:59:59.999Z", "2299-12-31T23:59:59.999Z"},
    {"2024-02-29", "2024-02-29T00:00:00.000Z"},
    {"1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"},
    // Junk.
    {"", ""},
    {" ", ""},
    {"null", ""},
    {"2026-02-30", ""},
    {"2023-02-29", ""},
    {"2026-13-01", ""},
    {"2026-00-10", ""},
    {"2026-01-00", ""},
    {"1899-12-31T23:59:59Z", ""},
    {"2300-01-01", ""},
    {"2500-12-31", ""},
    {"0000-00-00", ""},
    {"0001-01-01T00:00:00Z", ""},
    {"2026-04-20T20:35:26 Z", ""},
    {"1900-01-01T00:00:00+01", ""},
    {"2299-12-31T23:59:59-01", ""},
    {"2026-3-1", ""},
    {"2026/03/11", ""},
    {"11-03-2026", ""},
    {"2026-03-11T", ""},
    {"2026-03-11T09", ""},
    {"2026-03-11T24:00:00Z", ""},
    {"2026-03-11T09:60:00Z", ""},
    {"2026-03-11T09:29:60Z", ""},
    {"2026-03-11T09:29:01.Z", ""},
    {"2026-03-11T09:29:01,5Z", ""},
    {"2026-03-11T09:29:01ZZ", ""},
    {"2026-03-11T09:29:01Z ", ""},
    {" 2026-03-11T09:29:01Z", ""},
    {"2026-03-11T09:29:01+", ""},
    {"2026-03-11T09:29:01+0", ""},
    {"2026-03-11T09:29:01+00:", ""},
    {"2026-03-11T09:29:01+00:0", ""},
    {"2026-03-11T09:29:01+00:00:00:00", ""},
    {"2026-03-11T09:29:01+99:00", ""},
    {"2026-03-11T09:29:01+01:60", ""},
    {"2026-03-11T09:29:01 UTC", ""},
    {"177322134", ""},
    {"17732213413280", ""},
    {"-773221341", ""},
    {"1773221341.5", ""},
    {"177322134x", ""},
};

void PrintTo(const Reading& reading, std::ostream* out) {
  *out << '"' << reading.text << '"';
}

class ParseApiTimeOf : public testing::TestWithParam<Reading> {};

TEST_P(ParseApiTimeOf, IsTheMomentInUtcOrNothing) {
  const auto time = ParseApiTime(GetParam().text);

  EXPECT_EQ(time ? FormatTime(*time) : "", GetParam().utc);
}

INSTANTIATE_TEST_SUITE_P(Each, ParseApiTimeOf, testing::ValuesIn(kReadings));

/// N12 of the original: its times were those of the machine it ran on.
TEST(ParseApiTime, DoesNotDependOnTheMachinesTimeZone) {
  const auto expected = ParseApiTime("2026-03-11T09:29:01");
  setenv("TZ", "Asia/Tokyo", 1);
  tzset();

  const auto read = ParseApiTime("2026-03-11T09:29:01");
  const std::string written = FormatTime(*read);

  unsetenv("TZ");
  tzset();
  EXPECT_EQ(read, expected);
  EXPECT_EQ(written, "2026-03-11T09:29:01.000Z");
}

TEST(FormatTime, IsReadBackToTheMillisecond) {
  RandomRows random(7);
  for (int i = 0; i < 20'000; ++i) {
    const auto time = random.Time();
    if (!time) continue;
    ASSERT_EQ(ParseApiTime(FormatTime(*time)), time) << FormatTime(*time);
  }
}

TEST(FormatTime, WritesTheEpoch) {
  EXPECT_EQ(FormatTime(Timestamp(milliseconds(0))), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(FormatTime(Timestamp(milliseconds(-1))), "1969-12-31T23:59:59.999Z");
}

}  // namespace
}  // namespace polyhouse
