#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "domain/decimal_text.h"
#include "domain/ids.h"

namespace polyhouse {

/// One question with its outcomes and tokens, as it was at one moment. An empty string or list
/// means that the API did not send the field; an empty optional means the same for times and
/// amounts.
struct Market {
  std::optional<Timestamp> created_at;
  MarketId id;
  std::string question;
  bool neg_risk = false;  ///< Trades on the neg-risk exchange: the market's own `negRisk`.
  std::string market_slug;
  std::string condition_id;
  std::optional<DecimalText> volume;  ///< US dollars.
  std::string ticker;                 ///< Of its event; markets have none of their own.
  std::string event_slug;             ///< Joins polymarket_events.slug.
  std::optional<Timestamp> closed_time;
  EventId event_id;
  std::string description;
  std::vector<std::string> outcomes;
  std::vector<DecimalText> outcome_prices;  ///< By index of `outcomes`.
  std::vector<TokenId> tokens;              ///< By index of `outcomes`.
  std::string winner;                       ///< Label of the winning outcome; see WinnerOf.
  std::optional<DecimalText> liquidity;     ///< US dollars.
  bool active = false;
  bool closed = false;
  bool archived = false;
  std::optional<Timestamp>
      end_date;  ///< The nominal deadline, not the close: that is `closed_time`.
  /// UMA's word (requested, proposed, disputed, settled, resolved); of Protocol V2 markets, which
  /// have none, the market's own (inactive, active, resolved).
  std::string resolution_status;
  std::optional<Timestamp> updated_at;
  std::uint64_t version = 0;  ///< When it was fetched, ms since 1970; rises with every fetch.

  bool operator==(const Market&) const = default;
};

/// The label of the outcome that won, or empty while that is not certain: the market must be
/// closed, its resolution final (settled, resolved or not given), one price exactly 1 and all
/// others exactly 0. Old AMM markets with prices like 0.9999989 or 0/0 have no winner here: a near
/// miss is not a fact.
std::string WinnerOf(const Market& market);

/// True when nothing more is expected to change: it is closed, and UMA or the market itself says
/// resolved or settled, or its prices name a winner.
bool IsSettled(const Market& market);

}  // namespace polyhouse
