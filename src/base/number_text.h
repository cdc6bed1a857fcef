#pragma once

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>
#include <system_error>

namespace polyhouse {

/// Reads the whole text as one number. False, and `number` may be anything, when it is none.
template <class Number>
bool ReadNumber(std::string_view text, Number& number, int base = 10) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  return error == std::errc{} && end == text.data() + text.size();
}

/// 16 hexadecimal digits, as hashes are written.
std::string HexText(std::uint64_t number);

}  // namespace polyhouse
