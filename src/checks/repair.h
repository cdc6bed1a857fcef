#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "checks/event_lookup.h"
#include "checks/verification.h"
#include "flow/listing/listing.h"
#include "flow/listing/page_store.h"
#include "flow/retrier.h"

namespace polyhouse {

/// One listing and the way of its records into their stream; all of it outlives the repair.
struct RepairedListing {
  Listing& gamma;
  PageStore& pages;
};

struct RepairCounts {
  std::uint64_t requests = 0;
  std::uint64_t records = 0;   ///< Put into the streams.
  std::uint64_t unknown = 0;   ///< Ids that Gamma does not know.
  std::uint64_t refused = 0;   ///< Holes whose cursor Gamma does not take any more.
  std::uint64_t set_back = 0;  ///< Listings that an ingester is to read again as a whole.
};

// Fetches exactly what a verification found missing, and sends it the way of every record: into its
// stream together with its row of the ledger, from where a writer takes it. Records are asked for
// by id, a hundred at once, among the closed ones, then among the open ones, then one by one, which
// finds archived ones, too.

class Repair {
 public:
  /// The references must outlive it; the page stores are loaded.
  Repair(RepairedListing markets,
         RepairedListing events,
         EventLookup& event_lookup,
         Retrier& retrier)
      : markets_(markets), events_(events), event_lookup_(event_lookup), retrier_(retrier) {}

  /// `plan` is that of the last verification. Everything can be repeated.
  Status Run(const RepairPlan& plan, std::stop_token stop);
  /// Markets by their ids.
  Status FetchMarkets(std::vector<std::string> ids, std::stop_token stop);
  /// Markets by their condition ids.
  Status FetchConditions(std::span<const std::string> condition_ids, std::stop_token stop);
  const RepairCounts& counts() const { return counts_; }

 private:
  Status RunListing(RepairedListing& listing, const ListingRepair& repair);
  Status MendCursors(PageStore& pages, const CursorFaults& faults);
  Status FillHole(RepairedListing& listing,
                  const LedgerHole& hole,
                  const std::vector<Range>& ranges);
  Status FetchIds(RepairedListing& listing, std::vector<std::string> ids);
  Status FetchEvents(const std::vector<MissingEvent>& events);
  Status FetchMarketsOf(const std::vector<MissingMarkets>& events);
  /// What is found of `texts` in both halves is stored, and its ids are returned.
  Result<std::vector<std::string>> FetchListed(RepairedListing& listing,
                                               std::vector<std::string> PageRequest::*parameter,
                                               std::vector<std::string> texts);
  /// One record by its path below the listing, such as its id or "slug/SLUG"; false when there is
  /// none.
  Result<bool> FetchAlone(RepairedListing& listing, const std::string& path);
  Status StoreFound(RepairedListing& listing, const ListingPage& page, std::uint64_t version);
  Status Store(RepairedListing& listing, const ListingPage& page, PageOrigin origin);

  RepairedListing markets_;
  RepairedListing events_;
  EventLookup& event_lookup_;
  Retrier& retrier_;
  RepairCounts counts_;
  std::stop_token stop_;
};

}  // namespace polyhouse
