#pragma once

#include <stop_token>
#include <string>
#include <string_view>

#include "base/result.h"
#include "flow/lane.h"
#include "flow/listing/half_trust.h"
#include "flow/listing/listing.h"
#include "flow/listing/page_store.h"
#include "telemetry/pipeline_events.h"

namespace polyhouse {

/// What a lane works with; all of it outlives the lane. The listing is the lane's own, the rest is
/// shared by all lanes of an ingester.
struct LaneTools {
  Listing& listing;
  PageStore& pages;
  telemetry::PipelineEvents& events;
  HalfTrust& halves;
};

/// A page with the request that brought it.
struct FetchedPage {
  ListingPage page{};
  PageRequest request{};
  SteadyTime asked{};
  SteadyTime::duration took{};

  bool half_ignored = false;  ///< It is of the other half; see HalfTrust.

  /// For the ledger.
  PageOrigin Origin(std::string_view lane, std::string walk, bool ends) const {
    return {.lane = lane,
            .walk = std::move(walk),
            .from = request.cursor,
            .ends = ends,
            .version = request.version,
            .asked = asked,
            .took = took};
  }
};

/// Fetches the page at `request` and stores nothing.
Result<FetchedPage> FetchPage(LaneTools& tools, PageRequest request, std::stop_token stop);

void ReportLetters(telemetry::PipelineEvents& events,
                   telemetry::LaneName lane,
                   const PageLetters& letters);

/// Stores a page and reports it.
Status StorePage(LaneTools& tools,
                 const FetchedPage& page,
                 const PageOrigin& origin,
                 AppendTransaction with = {});

}  // namespace polyhouse
