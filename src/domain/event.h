#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "domain/decimal_text.h"
#include "domain/ids.h"

namespace polyhouse {

/// The labels of an event's tags, in the API's order; the slug of a tag that has no label.
struct TagLabels {
  std::vector<std::string> values;

  bool operator==(const TagLabels&) const = default;
};

/// The group of markets the API calls an event, as it was at one moment. An empty string means that
/// the API did not send the field.
struct Event {
  static constexpr std::string_view kStream = "stream:polymarket_events";

  EventId id;
  std::string slug;  ///< Edited now and then; the id never is.
  std::string ticker;
  std::string title;
  std::string description;
  std::optional<Timestamp> created_at;
  std::optional<Timestamp> start_date;
  std::optional<Timestamp> end_date;
  TagLabels tags;
  std::uint32_t markets_count = 0;
  bool active = false;
  bool closed = false;
  bool archived = false;
  DecimalText volume;  ///< US dollars; 0 when the API did not send it, because the request's column
                       ///< has no null.
  DecimalText liquidity;  ///< As `volume`.
  std::optional<Timestamp> closed_time;
  bool neg_risk = false;  ///< Its markets exclude each other.
  std::string series_slug;
  std::optional<Timestamp> updated_at;
  EventId parent_event_id;  ///< Of the event that this one is a part of; empty: of none.
  std::optional<Timestamp> start_time;    ///< Of the game or match itself.
  std::optional<DecimalText> volume_24h;  ///< US dollars.
  std::uint32_t comment_count = 0;
  std::string icon;           ///< A URL.
  std::uint64_t version = 0;  ///< When it was fetched, ms since 1970; rises with every fetch.

  bool operator==(const Event&) const = default;
};

/// True when nothing more is expected to change: events have no result, closing is the end.
inline bool IsSettled(const Event& event) {
  return event.closed;
}

}  // namespace polyhouse
