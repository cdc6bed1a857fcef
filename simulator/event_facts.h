#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "population.h"

namespace polyhouse {

/// The peculiarity of a generated event, all seen on the real API.
enum class EventOddity : std::uint8_t {
  kNone,
  kNoEndDate,
  kNoLiquidity,
  kNoClosedTime,
  kNullValues,
  kNoDescription,
  kForeignTitle,
  kHtmlTitle,
  kSpacedTitle,
  kNoTags,
  kManyTags,
  kOddTags,
  kNoSeriesSlug,
};

/// What one event says of itself at one revision.
struct EventFacts {
  std::uint64_t id = 0;
  std::uint64_t hash = 0;
  EventKind kind = EventKind::kQuestion;
  EventOddity oddity = EventOddity::kNone;
  bool is_closed = false;
  bool is_neg_risk = false;
  bool is_old = false;  ///< From before order books: no negRisk, no enableOrderBook.
  double volume = 0;
  std::optional<double> liquidity;
  double competitive = 0;
  Moment created;
  Moment updated;
  Moment start;
  std::optional<Moment> end;
  std::optional<Moment> closed;
  std::string title;
  std::string slug;
  std::vector<std::size_t> tags;  ///< Indexes into kTags.
};

/// The part of `volume` traded in the last day, week, month and year.
struct RecentVolume {
  double day = 0;
  double week = 0;
  double month = 0;
  double year = 0;
};
RecentVolume RecentVolumeOf(std::uint64_t hash, double volume, bool is_closed);

/// The numbers and times of an event alone: what it is listed by, cheap enough for all of them.
EventFacts DescribeEventNumbers(const Population& population, RowNumber row, Revision revision);

EventFacts DescribeEvent(const Population& population, RowNumber row, Revision revision);

}  // namespace polyhouse
