#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "moment.h"
#include "order_field.h"
#include "request.h"

namespace polyhouse {

/// The two ways to page through a listing.
enum class Pagination { kKeyset, kOffset };

/// Both ends belong to it; a missing end is open.
struct MomentRange {
  std::optional<Moment> min;
  std::optional<Moment> max;

  bool IsBounded() const { return min || max; }
};

/// What one listing request asks for, checked as the real API checks it.
struct ListingQuery {
  Listing listing = Listing::kMarkets;
  std::size_t limit = 20;
  std::size_t offset = 0;
  std::optional<std::string> after_cursor;
  std::vector<OrderField> order;  ///< Without `id`, which every order ends with.
  bool ascending = true;
  std::optional<bool> closed;  ///< Empty means both.
  std::vector<std::string> ids;
  std::vector<std::string> slugs;
  std::vector<std::string> condition_ids;
  std::vector<std::string> token_ids;
  MomentRange start_date;
  MomentRange end_date;
  std::optional<bool> closed_by_default;    ///< What `closed` is when it is not asked for.
  std::optional<std::uint64_t> asked_hash;  ///< The hash of what was asked, if that is not this.
  std::optional<std::size_t> asked_fields;  ///< How many fields it was to be ordered by, likewise.
  bool nulls_last = false;                  ///< In descending order too.
  bool always_has_cursor = false;           ///< Even the last page.
  bool include_markets = true;
  bool include_tags = false;

  /// True when ids, slugs, condition ids or token ids name the rows wanted.
  bool NamesRows() const;
  /// Equal for requests whose cursors are interchangeable: same filters, same order.
  std::uint64_t FilterHash() const;
};

/// Reads the parameters of a listing; unknown ones are ignored. kRejected carries the API's error
/// text.
Result<ListingQuery> ParseListingQuery(Listing listing,
                                       Pagination pagination,
                                       const Request& request);

}  // namespace polyhouse
