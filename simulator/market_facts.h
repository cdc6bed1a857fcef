#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "event_facts.h"

namespace polyhouse {

/// The shape of a market's row, which changed over the years.
enum class MarketEra : std::uint8_t {
  kAmm,        ///< 2020-22: automated market makers, no negRisk keys, no order book.
  kEarlyClob,  ///< 2022-24: the first order books.
  kClob,       ///< 2025-26.
  kPositions,  ///< From 2026-09: version, positionIds, fee schedules.
};

/// The peculiarity of a generated market, all seen on the real API. The first ones belong to the
/// AMM era.
enum class MarketOddity : std::uint8_t {
  kNone,
  kZeroPrices,
  kThreeOutcomes,
  kFiveOutcomes,
  kScalar,
  kNoTokens,
  kNoOutcomes,
  kTeamLabels,
  kNoAmmEndDate,
  kPlaceholder,  ///< Empty conditionId, no tokens, prices, volume, question id or end date.
  kNoVolume,
  kNoPrices,
  kNoEndDate,
  kNoStartDate,
  kNullValues,
  kMicroClosedTime,
  kMilliClosedTime,
  kDateOnlyUmaEnd,
  kOddOffsetUmaEnd,
  kAcceptingWhileClosed,
  kHtml,
  kQuotes,
  kSpaces,
  kForeign,
  kEmptyOutcomes,
  kEmptyTokens,
  kDisputed,
  kProposed,
  kNoisyVolume,
  kSparse,
  kBlankLines,
  kEmptyDescription,
  kNoDescription,
  kNullQuestion,
  kPositionsOnly,
  kWholeSecondCreation,
  kHugeNumbers,
};

/// What one market says of itself at one revision.
struct MarketFacts {
  std::uint64_t id = 0;
  std::uint64_t hash = 0;
  std::uint64_t group_hash = 0;  ///< The same for all markets of an event.
  MarketEra era = MarketEra::kClob;
  MarketOddity oddity = MarketOddity::kNone;
  EventKind kind = EventKind::kQuestion;
  std::uint32_t ordinal = 0;  ///< Its place in its event.
  MarketPhase phase = MarketPhase::kOpen;
  bool is_neg_risk = false;
  bool is_archived = false;
  std::optional<double> volume;
  std::optional<double> liquidity;
  RecentVolume recent;
  double price = 0;
  double spread = 0;
  double competitive = 0;
  Moment created;
  Moment updated;
  std::optional<Moment> start;
  std::optional<Moment> end;
  std::optional<Moment> closed;
  std::string question;
  std::string group_item_title;
  std::string slug;
  std::vector<std::string> outcomes;
  std::vector<std::string> prices;
  std::string condition_id;
  std::vector<std::string> tokens;

  bool IsClosed() const { return phase != MarketPhase::kOpen; }
  bool IsPlaceholder() const { return oddity == MarketOddity::kPlaceholder; }
};

/// The numbers and times of a market alone: what it is listed by, cheap enough for all of them.
MarketFacts DescribeMarketNumbers(const Population& population, RowNumber row, Revision revision);

/// `parent` is the event of the market, null for the few without.
MarketFacts DescribeMarket(const Population& population,
                           RowNumber row,
                           const EventFacts* parent,
                           Revision revision);

}  // namespace polyhouse
