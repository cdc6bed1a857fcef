#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "domain/market.h"

namespace polyhouse {

/// What is said of a market's event beside the market; empty while the event is not known.
struct EventDetails {
  std::string event_title;
  std::vector<std::string> event_tags;  ///< Labels, as TagLabels.
  std::string event_series_slug;
  std::optional<Timestamp> event_end_date;
  std::uint64_t event_version = 0;  ///< Of a row of the event that says so; 0: not known yet.

  bool operator==(const EventDetails&) const = default;
};

/// A market together with its event, the first of its `event_ids`. Of the market, only what has a
/// column in markets_enriched is kept.
///
/// `version` is the sum of both versions, so that whatever is newer in either makes the row newer,
/// in whichever order rows are made and stored.
struct EnrichedMarket : Market, EventDetails {
  static constexpr std::string_view kStream = "stream:markets_enriched";

  std::uint64_t market_version = 0;

  bool operator==(const EnrichedMarket&) const = default;
};

}  // namespace polyhouse
