#pragma once

#include <functional>
#include <string_view>

#include "flow/listing.h"
#include "ports/stream_admin.h"

namespace polyhouse {

struct ReplayCounts {
  std::size_t replayed = 0;   ///< Back in their stream.
  std::size_t still_bad = 0;  ///< Cannot be read by this version either; they stay.
};

/// Sends dead letters through the normal path again: an API record is read anew, an entry goes back
/// into its stream as it was. Each leaves the dead letters in the same transaction. `listing_of`
/// gives the reader for a stream's records, null for a stream that is not known.
Result<ReplayCounts> ReplayDeadLetters(
    StreamAdmin& admin,
    const DeadLetterFilter& filter,
    const std::function<Listing*(const StreamName&)>& listing_of);

}  // namespace polyhouse
