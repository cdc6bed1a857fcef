#include "base/hex_digits.h"

#include <gtest/gtest.h>

#include <cctype>
#include <string>

namespace polyhouse {
namespace {

TEST(HexDigits, KnowEachByteInEachPlace) {
  for (int byte = 0; byte < 256; ++byte) {
    for (std::size_t place = 0; place < 8; ++place) {
      std::string text = "12aF09bC";
      text[place] = static_cast<char>(byte);
      std::uint64_t eight = LoadEight(text.data());
      const bool is_hex = std::isxdigit(byte) != 0;
      ASSERT_EQ(LowerHex(eight), is_hex) << byte << " at " << place;
      if (!is_hex) continue;
      ASSERT_EQ(ValueOfHex(eight), std::stoul(text, nullptr, 16)) << text;
      for (char& each : text) each = static_cast<char>(std::tolower(each));
      ASSERT_EQ(eight, LoadEight(text.data())) << text;
    }
  }
}

}  // namespace
}  // namespace polyhouse
