#include "domain/decimal_text.h"

#include <gtest/gtest.h>

namespace polyhouse {
namespace {

TEST(ParseDecimal, KeepsEveryJsonNumberAsItWasWritten) {
  for (const std::string_view text : {"0",
                                      "-0",
                                      "1",
                                      "-1",
                                      "26458.188064999995",
                                      "14405063.424337989",
                                      "0.0000000000000000001",
                                      "1e5",
                                      "1E+5",
                                      "1.5e-7",
                                      "1e308",
                                      "1e-400",
                                      "123456789012345678901234567890",
                                      "-0.5",
                                      "179769313486231570000000000000000000000"}) {
    const auto decimal = ParseDecimal(text);

    ASSERT_TRUE(decimal.has_value()) << text;
    EXPECT_EQ(decimal->text, text);
  }
}

TEST(ParseDecimal, RefusesWhatIsNoJsonNumberOrTooLargeForADouble) {
  for (const std::string_view text :
       {"",       " ",   "+1",    ".5", "-.5",  "nan", "NaN", "inf",  "-inf",  "infinity",
        " 1",     "1 ",  "1,5",   "1e", "1e+",  "--1", "-",   "0x10", "1.2.3", "1e400",
        "-1e400", "12a", "1_000", "1.", "1.e5", "01",  "-01", "1f",   "\"1\"", "1\n"}) {
    EXPECT_FALSE(ParseDecimal(text).has_value()) << '"' << text << '"';
  }
}

TEST(DecimalText, IsTheNearestDouble) {
  EXPECT_EQ(DecimalText{"26458.188064999995"}.ToDouble(), 26458.188064999995);
  EXPECT_EQ(DecimalText{"0.1"}.ToDouble(), 0.1);
  EXPECT_EQ(DecimalText{"-3e2"}.ToDouble(), -300);
  EXPECT_EQ(DecimalText{"1e-400"}.ToDouble(), 0);
  EXPECT_EQ(DecimalText{}.ToDouble(), 0);
}

TEST(DecimalText, IsZeroOrOneExactly) {
  for (const char* const one :
       {"1", "1.0", "1.000", "1e0", "1E+0", "10e-1", "0.1e1", "0.001e3", "100.0e-2", "0.10e01"}) {
    EXPECT_TRUE(DecimalText{one}.IsOne()) << one;
    EXPECT_FALSE(DecimalText{one}.IsZero()) << one;
  }
  for (const char* const zero : {"0", "0.0", "-0", "0e5", "-0.000E-7", "0e99999999999999999999"}) {
    EXPECT_TRUE(DecimalText{zero}.IsZero()) << zero;
    EXPECT_FALSE(DecimalText{zero}.IsOne()) << zero;
  }
  for (const char* const other : {"",
                                  "-1",
                                  "2",
                                  "11",
                                  "10",
                                  "0.1",
                                  "1e1",
                                  "1e-1",
                                  "10e-2",
                                  "1.1",
                                  "0.9999999999999999999",
                                  "1.0000000000000000001",
                                  "1e-400",
                                  "1e-99999999999999999999"}) {
    EXPECT_FALSE(DecimalText{other}.IsOne()) << other;
    EXPECT_FALSE(DecimalText{other}.IsZero()) << other;
  }
}

}  // namespace
}  // namespace polyhouse
