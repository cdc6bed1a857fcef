#include "domain/uint256.h"

#include <gtest/gtest.h>

#include <random>

#include "domain/micros.h"

namespace polyhouse {
namespace {

TEST(Uint256Text, GoesBothWaysForAllSizes) {
  std::minstd_rand random(1);
  for (int i = 0; i < 2'000; ++i) {
    Uint256 number;
    for (int limb = 0; limb <= i % 4; ++limb) {
      number.limbs[static_cast<std::size_t>(limb)] = std::uint64_t{random()} << 33U ^ random();
    }
    const std::string digits = ToDigits(number);
    ASSERT_EQ(ParseDigits256(digits), number) << digits;
  }
}

TEST(Uint256Text, HoldsExactlyWhatFitsIntoAWord) {
  const std::string largest =
      "115792089237316195423570985008687907853269984665640564039457584007913129639935";
  EXPECT_EQ(ParseDigits256(largest), ParseHex256(std::string(64, 'f')));
  EXPECT_EQ(ToDigits(*ParseHex256(std::string(64, 'F'))), largest);
  EXPECT_FALSE(ParseDigits256(largest.substr(0, 77) + "6"));
  EXPECT_FALSE(ParseDigits256("1" + largest));
  EXPECT_EQ(ToDigits(Uint256{}), "0");
  // At the edges of the groups in which digits are written.
  for (const char* digits : {"9",
                             "10",
                             "99999999",
                             "100000000",
                             "100000001",
                             "9999999999999999",
                             "10000000000000000",
                             "9999999999999999999",
                             "10000000000000000000",
                             "12345678901234567890123456789012345678901234567890"}) {
    EXPECT_EQ(ToDigits(*ParseDigits256(digits)), digits);
  }
  // Groups of 19 digits that are all zeros.
  const std::string zeros = "1" + std::string(40, '0') + "7";
  EXPECT_EQ(ToDigits(*ParseDigits256(zeros)), zeros);
}

TEST(Uint256Text, IsNothingElse) {
  for (const char* text : {"", "-1", "1.0", "0x1", " 1", "1 ", "1e3"}) {
    EXPECT_FALSE(ParseDigits256(text)) << text;
  }
  EXPECT_FALSE(ParseHex256(""));
  EXPECT_FALSE(ParseHex256("0x1"));
  EXPECT_FALSE(ParseHex256(std::string(65, '1')));
}

TEST(MicrosText, IsExact) {
  EXPECT_EQ(ToText(Micros{2'500'000}), "2.500000");
  EXPECT_EQ(ToText(Micros{1}), "0.000001");
  EXPECT_EQ(ParseMicros("2.5"), Micros{2'500'000});
  EXPECT_EQ(ParseMicros("999999999999.999999"), Micros{999'999'999'999'999'999});
  for (const char* text : {"", ".5", "1.", "1.0000001", "1000000000000", "-1", "1e3", "1.-2"}) {
    EXPECT_FALSE(ParseMicros(text)) << text;
  }
  EXPECT_FALSE(ToMicros(Uint256{{1'000'000'000'000'000'000U}}));
  EXPECT_FALSE(ToMicros(Uint256{{1, 1}}));
}

}  // namespace
}  // namespace polyhouse
