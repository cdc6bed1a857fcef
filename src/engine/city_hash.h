#pragma once

#include <cstdint>
#include <string_view>

namespace polyhouse::engine {

/// A checksum of 128 bits.
struct Hash128 {
  std::uint64_t low = 0;
  std::uint64_t high = 0;

  bool operator==(const Hash128&) const = default;
};

/// CityHash128 as it was in version 1.0.2: what ClickHouse puts before each compressed block. Later
/// versions of CityHash give other values for the same bytes.
Hash128 CityHash128(std::string_view bytes);

}  // namespace polyhouse::engine
