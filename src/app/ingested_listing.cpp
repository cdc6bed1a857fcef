#include "app/ingested_listing.h"

#include <array>

namespace polyhouse {

constinit const IngestedListing kIngestedMarkets = {
    .type = kMarketListing,
    .backfill = &Config::markets_backfill,
    .discover = {&Config::markets_discover, &Config::markets_discover_interval},
    .refresh = {&Config::markets_refresh, &Config::markets_refresh_interval},
    .settle = {&Config::markets_settle, &Config::markets_settle_interval},
    .rate = &Config::rate_markets};

constinit const IngestedListing kIngestedEvents = {
    .type = kEventListing,
    .backfill = &Config::events_backfill,
    .discover = {&Config::events_discover, &Config::events_discover_interval},
    .refresh = {&Config::events_refresh, &Config::events_refresh_interval},
    .settle = {&Config::events_settle, &Config::events_settle_interval},
    .rate = &Config::rate_events};

std::span<const IngestedListing* const> IngestedListings() {
  static constexpr std::array kListings = {&kIngestedMarkets, &kIngestedEvents};
  return kListings;
}

std::string IngestRole(const IngestedListing& listing) {
  return "ingest-" + std::string(listing.names().ingester);
}

}  // namespace polyhouse
