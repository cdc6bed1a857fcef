#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "base/result.h"
#include "flow/listing.h"

namespace polyhouse {

/// Whether the API heeds which half it is asked for. An answer with no record of the wanted half is
/// asked for again, because believed too soon it would make one half pass for the whole listing; an
/// API that goes on like that is taken as it is: every record says itself whether it is closed.
/// Shared by the lanes of an ingester; thread-safe.
class HalfTrust {
 public:
  /// kTransient when the page is to be asked for again. Any page with a record of the wanted half
  /// restores the trust.
  Status Check(OpenState wanted, const ListingPage& page);
  /// True while the API ignores that this half is wanted: what is in it is not listed.
  bool IsIgnored(OpenState half) const;

 private:
  /// Wrong answers in a row, by half.
  std::array<std::atomic<std::uint32_t>, 2> wrong_{};
};

/// Where it is noted that the backfill has read a half that the API did not list:
/// `state:polymarket_markets` + "_ignored_closed". It is read again when the API lists it, or by
/// the next start.
std::string IgnoredSuffix(OpenState half);

}  // namespace polyhouse
