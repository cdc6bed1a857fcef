#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace polyhouse {

/// An unsigned number of 256 bits, as the chain's words and ClickHouse's UInt256 are.
struct Uint256 {
  std::array<std::uint64_t, 4> limbs{};  ///< The least significant first.

  bool IsZero() const { return limbs == std::array<std::uint64_t, 4>{}; }
  /// Empty when it takes more than 64 bits.
  std::optional<std::uint64_t> ToUint64() const;

  auto operator<=>(const Uint256&) const = default;
};

/// 1 to 64 hexadecimal digits, without "0x"; empty for anything else.
std::optional<Uint256> ParseHex256(std::string_view digits);
/// Decimal digits; empty for anything else, and for what takes more than 256 bits.
std::optional<Uint256> ParseDigits256(std::string_view digits);
/// Plain decimal digits.
std::string ToDigits(const Uint256& number);

}  // namespace polyhouse
