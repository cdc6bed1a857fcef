#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "codec/record_type.h"
#include "flow/listing/listing.h"
#include "flow/source_state.h"

namespace polyhouse {

/// A listing that is ingested: what is peculiar to it.
struct ListingType {
  IngesterNames names;
  std::string_view path;  ///< Below ListingOptions::base_url.
  std::unique_ptr<Listing> (*make)(std::string_view path, ListingOptions options, HttpClient& http);
  std::string_view unique;  ///< The column that no two records share: "condition_id".
  /// Columns that some record of any page fills.
  std::span<const std::string_view> filled;
  /// And these on any page of closed ones.
  std::span<const std::string_view> filled_when_closed;

  /// `http` must outlive the listing.
  std::unique_ptr<Listing> Make(ListingOptions options, HttpClient& http) const {
    return make(path, std::move(options), http);
  }
  /// What becomes of its records.
  const RecordType& records() const { return *RecordTypeOf(names.stream); }
};

extern const ListingType kMarketListing;
extern const ListingType kEventListing;

/// All of them.
std::span<const ListingType* const> Listings();
/// Null for a stream that is no listing's, such as the ledger's.
const ListingType* ListingOfStream(std::string_view stream);

}  // namespace polyhouse
