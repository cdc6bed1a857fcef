#include "flow/listing/listings.h"

#include <algorithm>
#include <array>

#include "domain/event.h"
#include "domain/market.h"

namespace polyhouse {
namespace {

/// How far a listing was read.
constexpr std::string_view kPositions[] = {kCursorState, kNewestIdState};

constexpr std::string_view kFilledOfMarkets[] = {"createdAt",
                                                 "question",
                                                 "market_slug",
                                                 "condition_id",
                                                 "volume",
                                                 "event_slug",
                                                 "event_id",
                                                 "description",
                                                 "outcomes",
                                                 "outcome_prices",
                                                 "tokens",
                                                 "end_date",
                                                 "updated_at"};
constexpr std::string_view kFilledOfClosedMarkets[] = {"closedTime"};
constexpr std::string_view kFilledOfEvents[] = {
    "createdAt", "slug", "title", "ticker", "description", "volume", "endDate", "updated_at"};
constexpr std::string_view kFilledOfClosedEvents[] = {"closed_time"};

}  // namespace

constinit const ListingType kMarketListing = {.names = {.ingester = "markets",
                                                        .stream = Market::kStream,
                                                        .state_key = "state:polymarket_markets",
                                                        .source = "gamma/markets",
                                                        .positions = kPositions},
                                              .path = "/markets",
                                              .make = &MakeGammaListing<Market>,
                                              .unique = "condition_id",
                                              .filled = kFilledOfMarkets,
                                              .filled_when_closed = kFilledOfClosedMarkets};

constinit const ListingType kEventListing = {.names = {.ingester = "events",
                                                       .stream = Event::kStream,
                                                       .state_key = "state:polymarket_events",
                                                       .source = "gamma/events",
                                                       .positions = kPositions},
                                             .path = "/events",
                                             .make = &MakeGammaListing<Event>,
                                             .unique = "slug",
                                             .filled = kFilledOfEvents,
                                             .filled_when_closed = kFilledOfClosedEvents};

std::span<const ListingType* const> Listings() {
  static constexpr std::array kListings = {&kMarketListing, &kEventListing};
  return kListings;
}

const ListingType* ListingOfStream(std::string_view stream) {
  const auto found =
      std::find_if(Listings().begin(), Listings().end(), [&](const ListingType* type) {
        return type->names.stream == stream;
      });
  return found == Listings().end() ? nullptr : *found;
}

}  // namespace polyhouse
