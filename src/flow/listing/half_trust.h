#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "flow/listing/listing.h"

namespace polyhouse {

/// What to make of a page, by the half it was asked of.
enum class HalfVerdict {
  kHeeded,    ///< It has records of that half, or none at all.
  kAskAgain,  ///< It has only records of the other half.
  kIgnored,   ///< As before, again and again: the API does not heed which half is wanted.
};

/// Whether a page has a record of this half, or none at all.
bool IsOfHalf(const ListingPage& page, OpenState half);

/// Whether the API heeds which half it is asked for. An answer with no record of the wanted half is
/// asked for again, because believed too soon it would make one half pass for the whole listing; an
/// API that goes on like that is taken as it is: every record says itself whether it is closed. Of
/// one lane; what the backfill read so is noted and read again when the canary sees the API heed it
/// (IgnoredSuffix).
class HalfTrust {
 public:
  HalfVerdict Judge(OpenState wanted, const ListingPage& page);

 private:
  /// Wrong answers in a row, by half.
  std::array<std::uint32_t, 2> wrong_{};
};

/// Where it is noted that the backfill has read a half that the API did not list:
/// `state:polymarket_markets` + "_ignored_closed". It is read again when the canary sees that the
/// API heeds what is wanted, or by the next start.
std::string IgnoredSuffix(OpenState half);

}  // namespace polyhouse
