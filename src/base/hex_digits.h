#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

namespace polyhouse {

// Eight hexadecimal digits at once, as they lie in memory: the chain's answers are mostly these.

static_assert(std::endian::native == std::endian::little, "the first digit is the lowest byte");

/// Those at `text`, which has eight of them.
inline std::uint64_t LoadEight(const char* text) {
  std::uint64_t eight = 0;
  std::memcpy(&eight, text, sizeof(eight));
  return eight;
}

/// "00000000"
inline constexpr std::uint64_t kEightZeros = 0x3030'3030'3030'3030;

/// Makes A to F small. False when one of the eight is no hexadecimal digit.
inline bool LowerHex(std::uint64_t& eight) {
  constexpr std::uint64_t kEach = 0x0101'0101'0101'0101;
  constexpr std::uint64_t kTop = 0x80 * kEach;
  // A sum sets the top bit of a byte below 0x80 where that is no less than a bound.
  const auto at_least = [](std::uint64_t bytes, std::uint64_t bound) {
    return bytes + (0x80 - bound) * kEach;
  };
  const std::uint64_t lower = eight | 0x20 * kEach;  // What it makes of a digit is the digit.
  const std::uint64_t digits = at_least(eight, '0') & ~at_least(eight, '9' + 1);
  const std::uint64_t letters = at_least(lower, 'a') & ~at_least(lower, 'f' + 1);
  const bool is_hex = (eight & kTop) == 0 && ((digits | letters) & kTop) == kTop;
  eight = lower;
  return is_hex;
}

/// The number that eight digits are, which LowerHex has passed.
inline std::uint32_t ValueOfHex(std::uint64_t eight) {
  constexpr std::uint64_t kEach = 0x0101'0101'0101'0101;
  // Of letters bit 6 is set: 'a' is 0x61, and 1 + 9 is ten.
  std::uint64_t value = (eight & 0x0F * kEach) + 9 * (eight >> 6U & kEach);
  value = __builtin_bswap64(value);
  value = (value | value >> 4U) & 0x00FF'00FF'00FF'00FF;
  value = (value | value >> 8U) & 0x0000'FFFF'0000'FFFF;
  return static_cast<std::uint32_t>(value | value >> 16U);
}

}  // namespace polyhouse
