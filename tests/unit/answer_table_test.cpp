#include "answers/answer_table.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

namespace polyhouse {
namespace {

TEST(ForPeople, ShortensAmounts) {
  EXPECT_EQ(ForPeople("volume_usd", "1234567.891"), "$1.2M");
  EXPECT_EQ(ForPeople("usd", "12.5"), "$12.50");
  EXPECT_EQ(ForPeople("cash", "-5.6"), "-$5.60");
  EXPECT_EQ(ForPeople("open_profit_usd", "-0.001"), "$0.00");
  EXPECT_EQ(ForPeople("volume_24h_usd", "0"), "$0");
  EXPECT_EQ(ForPeople("volume_usd", "9999.99"), "$10.0K");
  EXPECT_EQ(ForPeople("volume_usd", "999999.9"), "$1.0M");
  EXPECT_EQ(ForPeople("volume_usd", "3000000000"), "$3.0B");
  EXPECT_EQ(ForPeople("shares", "167681.5"), "167.7K");
  EXPECT_EQ(ForPeople("trades", "440"), "440");
  EXPECT_EQ(ForPeople("hhi", "0.229399"), "0.2294");
}

TEST(ForPeople, WritesPricesInCentsAndSharesInPerCent) {
  EXPECT_EQ(ForPeople("last_price", "0.413"), "41.3 ¢");
  EXPECT_EQ(ForPeople("close", "1"), "100.0 ¢");
  EXPECT_EQ(ForPeople("move_price", "-0.78"), "-78.0 ¢");
  EXPECT_EQ(ForPeople("volume_share", "0.586"), "58.6 %");
}

TEST(ForPeople, LeavesTextsAndWhatIsNotThere) {
  EXPECT_EQ(ForPeople("last_price", std::string(kNothing)), kNothing);
  EXPECT_EQ(ForPeople("settled_profit_usd", "nan"), kNothing);
  EXPECT_EQ(ForPeople("question", "2024"), "2024");
  EXPECT_EQ(ForPeople("question", "a\nb\x1b[31m"), "a b [31m");
  EXPECT_EQ(ForPeople("closed", "true"), "true");
  EXPECT_EQ(ForPeople("question", std::string(70, 'x')), std::string(59, 'x') + "…");
  EXPECT_EQ(ForPeople("question", "é" + std::string(59, 'x')), "é" + std::string(59, 'x'));
}

TEST(ForPeople, WritesHowLongInDaysOrHours) {
  EXPECT_EQ(ForPeople("median_life_days", "156.91666666666666"), "156.9 days");
  EXPECT_EQ(ForPeople("median_delay_hours", "-168"), "-7 days");
  EXPECT_EQ(ForPeople("latest_tenth_delay_hours", "-9"), "-9 h");
  EXPECT_EQ(ForPeople("median_life_days", "0.25"), "6 h");
  EXPECT_EQ(ForPeople("age_hours", "0"), "0 h");
  EXPECT_EQ(ForPeople("age_hours", std::string(kNothing)), kNothing);
}

TEST(ForPeople, WritesListsWithoutBrackets) {
  EXPECT_EQ(ForPeople("outcomes", "['Yes','No']"), "Yes / No");
  EXPECT_EQ(ForPeople("outcomes", "['Nadia O'Connor','a, b']"), "Nadia O'Connor / a, b");
  EXPECT_EQ(ForPeople("payouts", "[0,1]"), "$0 / $1");
  EXPECT_EQ(ForPeople("payouts", "[0.5,0.5]"), "$0.50 / $0.50");
  EXPECT_EQ(ForPeople("outcomes", "[]"), kNothing);
  EXPECT_EQ(ForPeople("question", "[1,2]"), "[1,2]");
}

TEST(ForPeople, ShowsTimesOfThisPlace) {
  ASSERT_EQ(setenv("TZ", "Europe/Zurich", 1), 0);
  tzset();
  EXPECT_EQ(ForPeople("last_trade", "2026-06-01 22:30:00.000"), "2026-06-02 00:30:00");
  EXPECT_EQ(ForPeople("day", "2026-06-01"), "2026-06-01");
  unsetenv("TZ");
  tzset();
}

TEST(TableForPeople, PutsNumbersToTheRightAndOneRowOnItsSide) {
  const auto two = ReadAnswer("wallet\tusd\na\t5\nbee\t12345\n");
  EXPECT_EQ(TableForPeople(two), "wallet     usd\na           $5\nbee     $12.3K\n");
  const auto one = ReadAnswer("wallet\tusd\na\\tb\t5\n");
  EXPECT_EQ(TableForPeople(one), "wallet  a b\nusd     $5\n");
  EXPECT_EQ(TableForPeople(ReadAnswer("wallet\tusd\n")), "");
  EXPECT_EQ(TableForPeople(ReadAnswer("")), "");
}

}  // namespace
}  // namespace polyhouse
