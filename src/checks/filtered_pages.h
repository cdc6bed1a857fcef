#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>

#include "flow/listing/listing.h"
#include "flow/retrier.h"

namespace polyhouse {

/// A listing that is asked for a few records; all of it outlives the asking.
struct FilteredSource {
  Listing& listing;
  Retrier& retrier;
  std::function<std::uint64_t()> next_version;  ///< Of each page: the time of its fetch.
};

/// Asks both halves of a listing, the closed one first, for the records that the filters of
/// `request` name, and hands over every page with the request that brought it. A name that the API
/// does not know is simply not there. Errors: those of Fetch and of `on_page`; kRejected when the
/// API does not come to an end.
Status ForEachFilteredPage(
    const FilteredSource& source,
    PageRequest request,
    const std::function<Status(const ListingPage&, const PageRequest&)>& on_page,
    const std::stop_token& stop);

}  // namespace polyhouse
