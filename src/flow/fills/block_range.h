#pragma once

#include <cstdint>
#include <string>

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

}  // namespace polyhouse
