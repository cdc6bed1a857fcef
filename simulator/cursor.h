#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "order_index.h"

namespace polyhouse {

/// What a cursor is good for: the same listing with the same filters and order, in the same
/// direction.
struct CursorScope {
  Listing listing = Listing::kMarkets;
  std::uint64_t filter_hash = 0;
  std::size_t fields = 0;  ///< How many values its key has before the id.
  /// How many it had before the listing stopped to order by some of what is asked for; those stand
  /// first.
  std::size_t asked_fields = fields;
};

/// An opaque cursor standing on `key`: base64url of a small JSON object.
std::string EncodeCursor(const CursorScope& scope, const SortKey& key);

/// The key of a cursor; kRejected when it is malformed or made for another scope.
Result<SortKey> DecodeCursor(const CursorScope& scope, std::string_view cursor);

}  // namespace polyhouse
