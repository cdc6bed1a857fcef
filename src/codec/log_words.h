#pragma once

// Private to codec/: the words of a log (docs.soliditylang.org/en/latest/abi-spec.html).

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "base/hex_digits.h"

namespace polyhouse {

inline constexpr std::size_t kWordDigits = 64;

/// "0x" and these digits, a multiple of eight, with A to F made small; empty when one is no
/// hexadecimal digit.
inline std::string LowerHexOf(std::string_view digits) {
  std::string text(2 + digits.size(), '0');
  text[1] = 'x';
  bool is_hex = true;
  for (std::size_t i = 0; i < digits.size(); i += 8) {
    std::uint64_t eight = LoadEight(digits.data() + i);
    is_hex &= LowerHex(eight);
    std::memcpy(text.data() + 2 + i, &eight, sizeof(eight));
  }
  return is_hex ? text : std::string();
}

/// "0x" and the digits of 32 bytes; empty when it is no such word.
inline std::string HashOf(std::string_view text) {
  if (text.size() != 2 + kWordDigits || !text.starts_with("0x")) return {};
  return LowerHexOf(text.substr(2));
}

/// "0x" and the last 40 digits of a word with "0x"; empty when it is no address.
inline std::string AddressOf(std::string_view word) {
  constexpr std::size_t kAddressDigits = 40;
  if (word.size() != 2 + kWordDigits) return {};
  const auto padding = word.substr(2, kWordDigits - kAddressDigits);
  for (std::size_t i = 0; i < padding.size(); i += 8) {
    if (LoadEight(padding.data() + i) != kEightZeros) return {};
  }
  return LowerHexOf(word.substr(word.size() - kAddressDigits));
}

}  // namespace polyhouse
