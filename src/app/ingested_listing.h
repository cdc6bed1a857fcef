#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "config/config.h"
#include "flow/listing/listings.h"

namespace polyhouse {

/// A lane's settings.
struct LaneSettings {
  bool Config::*on;
  std::chrono::milliseconds Config::*interval;
};

/// A listing that this program ingests, with its settings.
struct IngestedListing {
  const ListingType& type;
  bool Config::*backfill;
  LaneSettings discover;
  LaneSettings refresh;
  LaneSettings settle;
  /// Requests that the API allows in each rate.window.
  std::uint64_t Config::*rate;

  const IngesterNames& names() const { return type.names; }
};

extern const IngestedListing kIngestedMarkets;
extern const IngestedListing kIngestedEvents;

/// All of them.
std::span<const IngestedListing* const> IngestedListings();

/// The name of the role of an ingester, of which one process at a time works: "ingest-markets".
std::string IngestRole(const IngestedListing& listing);

}  // namespace polyhouse
