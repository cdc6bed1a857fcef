#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/number_text.h"

namespace polyhouse {

/// Blocks of the chain, both ends included.
struct BlockRange {
  std::uint64_t from = 0;
  std::uint64_t to = 0;

  std::uint64_t size() const { return to - from + 1; }
  bool operator==(const BlockRange&) const = default;
};

/// "12-17".
inline std::string ToText(const BlockRange& range) {
  return std::to_string(range.from) + "-" + std::to_string(range.to);
}

/// The reverse of ToText; empty for anything else.
inline std::optional<BlockRange> ParseBlockRange(std::string_view text) {
  const auto dash = text.find('-');
  BlockRange range;
  if (dash == std::string_view::npos || !ReadNumber(text.substr(0, dash), range.from) ||
      !ReadNumber(text.substr(dash + 1), range.to) || range.from > range.to) {
    return std::nullopt;
  }
  return range;
}

}  // namespace polyhouse
