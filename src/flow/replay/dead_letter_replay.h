#pragma once

#include <functional>
#include <string_view>

#include "flow/listing/listing.h"
#include "ports/stream_admin.h"

namespace polyhouse {

struct ReplayCounts {
  std::size_t replayed = 0;   ///< Back in their stream.
  std::size_t still_bad = 0;  ///< Cannot be read by this version either; they stay.
};

/// Removes a dead letter and appends what came of it; the count of letters of its kind falls with
/// it.
Status ResolveDeadLetter(StreamAdmin& admin,
                         const StoredDeadLetter& letter,
                         AppendTransaction replacement);

/// Sends dead letters through the normal path again: an API record is read anew, an entry goes back
/// into its stream as it was. Each leaves the dead letters in the same transaction; of a record
/// with fields that cannot be read a letter of these fields stays. `listing_of` gives the reader
/// for a stream's records, null for a stream that is not known.
Result<ReplayCounts> ReplayDeadLetters(
    StreamAdmin& admin,
    const DeadLetterFilter& filter,
    const std::function<Listing*(const StreamName&)>& listing_of);

}  // namespace polyhouse
