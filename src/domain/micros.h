#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "domain/uint256.h"

namespace polyhouse {

/// An amount of dollars or shares in millionths, as the chain counts both: exact, a Decimal(18, 6)
/// in tables.
struct Micros {
  std::int64_t count = 0;

  auto operator<=>(const Micros&) const = default;
};

/// Empty when a Decimal(18, 6) cannot hold so many.
std::optional<Micros> ToMicros(const Uint256& count);
/// "2.500000".
std::string ToText(Micros amount);
/// Digits with at most six decimals; empty for anything else.
std::optional<Micros> ParseMicros(std::string_view text);

}  // namespace polyhouse
