#pragma once

#include <cstdint>
#include <string>

namespace polyhouse {

/// One market as the CLOB's own listing has it: an independent witness of what Gamma says.
struct WitnessMarket {
  std::string condition_id;
  std::string market_slug;
  bool closed = false;
  std::string winner;  ///< The label of the token that won; empty while none has.
  bool archived = false;
  std::uint64_t version = 0;  ///< When the listing's reading began, ms since 1970.

  bool operator==(const WitnessMarket&) const = default;
};

}  // namespace polyhouse
