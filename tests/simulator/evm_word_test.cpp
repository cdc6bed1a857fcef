#include "chain/evm_word.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace polyhouse {
namespace {

TEST(EvmWord, IsTheSameNumberInHexAndDecimal) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"0x0", "0"},
      {"0x10", "16"},
      {"0x8ac7230489e80000", "10000000000000000000"},
      {"0x10000000000000000", "18446744073709551616"},
      {"0xcd997ada6ab1e2cc68c6566e5142cdc885a275d4fa5a1e13b3fdccf22a3f2340",
       "92995309462039665251203590892224533684024782310651466832592596015862972883776"},
      {"0xffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
       "115792089237316195423570985008687907853269984665640564039457584007913129639935"}};
  for (const auto& [hex, decimal] : cases) {
    EvmWord word;
    ASSERT_TRUE(ParseHexWord(hex, word)) << hex;
    EXPECT_EQ(WordDecimal(word), decimal);
    EvmWord same;
    ASSERT_TRUE(ParseDecimalWord(decimal, same)) << decimal;
    EXPECT_EQ(same, word);
  }
}

TEST(EvmWord, RefusesWhatIsNoNumberOfItsSize) {
  EvmWord word;
  const std::string too_long = "0x" + std::string(65, '1');
  for (const char* text : {"", "0x", "12", "0xg", "0x-1", too_long.c_str()}) {
    EXPECT_FALSE(ParseHexWord(text, word)) << text;
  }
  for (const std::string text :
       {"",
        "-1",
        "1x",
        "115792089237316195423570985008687907853269984665640564039457584007913129639936"}) {
    EXPECT_FALSE(ParseDecimalWord(text, word)) << text;
  }
}

TEST(EvmWord, IsWrittenAsTopicAddressAndQuantity) {
  EvmWord word;
  ASSERT_TRUE(ParseHexWord("0xE111180000d2663C0091e4f400237545B87B996B", word));
  EXPECT_EQ(AddressHex(word), "0xe111180000d2663c0091e4f400237545b87b996b");
  EXPECT_EQ(WordHex(word), "0x000000000000000000000000e111180000d2663c0091e4f400237545b87b996b");
  EXPECT_EQ(QuantityHex(0), "0x0");
  EXPECT_EQ(QuantityHex(90'840'326), "0x56a1d06");
  EXPECT_EQ(AddressHex(DrawnAddress(7)).size(), 42U);
}

}  // namespace
}  // namespace polyhouse
