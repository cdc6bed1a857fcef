#pragma once

// Private to codec/: the words of a log (docs.soliditylang.org/en/latest/abi-spec.html).

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/lower_case.h"

namespace polyhouse {

inline constexpr std::size_t kWordDigits = 64;

inline bool IsHex(std::string_view digits) {
  return std::all_of(digits.begin(), digits.end(), [](char digit) {
    return (digit >= '0' && digit <= '9') || (digit >= 'a' && digit <= 'f') ||
           (digit >= 'A' && digit <= 'F');
  });
}

/// "0x" and the digits of 32 bytes; empty when it is no such word.
inline std::string HashOf(std::string_view text) {
  if (text.size() != 2 + kWordDigits || !text.starts_with("0x")) return {};
  return IsHex(text.substr(2)) ? LowerCase(text) : std::string();
}

/// "0x" and the last 40 digits of a word with "0x"; empty when it is no address.
inline std::string AddressOf(std::string_view word) {
  constexpr std::size_t kAddressDigits = 40;
  if (word.size() != 2 + kWordDigits) return {};
  const auto padding = word.substr(2, kWordDigits - kAddressDigits);
  if (padding.find_first_not_of('0') != std::string_view::npos) return {};
  const auto address = word.substr(word.size() - kAddressDigits);
  return IsHex(address) ? "0x" + LowerCase(address) : std::string();
}

}  // namespace polyhouse
