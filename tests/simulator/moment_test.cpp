#include "moment.h"

#include <gtest/gtest.h>

namespace polyhouse {
namespace {

TEST(Moment, IsWrittenWithAsManyFractionDigitsAsNeeded) {
  const Moment whole =
      std::chrono::sys_days(std::chrono::year(2026) / 3 / 11) + std::chrono::seconds(34141);
  EXPECT_EQ(FormatIso(whole), "2026-03-11T09:29:01Z");
  EXPECT_EQ(FormatIso(whole + std::chrono::microseconds(328400)), "2026-03-11T09:29:01.3284Z");
  EXPECT_EQ(FormatIso(whole + std::chrono::microseconds(1)), "2026-03-11T09:29:01.000001Z");
  EXPECT_EQ(FormatSpaced(whole + std::chrono::milliseconds(547)), "2026-03-11 09:29:01.547+00");
  EXPECT_EQ(FormatDate(whole), "2026-03-11");
  EXPECT_EQ(FormatHttpDate(whole), "Wed, 11 Mar 2026 09:29:01 GMT");
}

TEST(Moment, IsReadFromEveryFormTheApiUses) {
  const Moment expected = std::chrono::sys_days(std::chrono::year(2020) / 11 / 2) +
                          std::chrono::hours(16) + std::chrono::minutes(31);
  for (const char* text : {"2020-11-02T16:31:00Z",
                           "2020-11-02T16:31:00.000000000Z",
                           "2020-11-02 16:31:00+00",
                           "2020-11-02 16:31:00 +00:00:00",
                           "2020-11-02T18:31:00+02:00",
                           "2020-11-02T16:31:00"}) {
    EXPECT_EQ(ParseMoment(text), expected) << text;
  }
  EXPECT_EQ(ParseMoment("2020-11-02"), Moment(std::chrono::floor<std::chrono::days>(expected)));
  EXPECT_EQ(ParseMoment("2020-11-02 16:31:00.25+00"), expected + std::chrono::milliseconds(250));
}

TEST(Moment, IsNotReadFromAnythingElse) {
  for (const char* text : {"",
                           "2020",
                           "2020-13-01",
                           "2020-02-30",
                           "20-11-02",
                           "yesterday",
                           "2020-11-02T",
                           "2020-11-02T16:31",
                           "2020-11-02T16:31:00X"}) {
    EXPECT_FALSE(ParseMoment(text)) << text;
  }
}

}  // namespace
}  // namespace polyhouse
