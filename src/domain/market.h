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

/// One question with its outcomes and tokens, as it was at one moment. An empty string or list
/// means that the API did not send the field; an empty optional means the same for times and
/// amounts.
struct Market {
  static constexpr std::string_view kStream = "stream:markets";

  std::optional<Timestamp> created_at;
  MarketId id;
  std::string question;
  bool neg_risk = false;  ///< Trades on the neg-risk exchange: the market's own `negRisk`.
  std::string market_slug;
  std::string condition_id;
  std::optional<DecimalText> volume;  ///< US dollars.
  std::string ticker;                 ///< Of its event; markets have none of their own.
  /// Of its event, as this record had it: slugs are edited, so join by `event_id`.
  std::string event_slug;
  std::optional<Timestamp> closed_time;
  EventId event_id;  ///< The first of `event_ids`.
  std::string description;
  std::vector<std::string> outcomes;
  std::vector<DecimalText> outcome_prices;  ///< By index of `outcomes`; an unknown one is empty.
  std::vector<TokenId> tokens;              ///< By index of `outcomes`; an unknown one is empty.
  std::string winner;                       ///< Label of the winning outcome; see WinnerIndexOf.
  std::optional<DecimalText> liquidity;     ///< US dollars.
  bool active = false;
  bool closed = false;
  bool archived = false;
  std::optional<Timestamp>
      end_date;  ///< The nominal deadline, not the close: that is `closed_time`.
  /// UMA's word (requested, proposed, disputed, settled, resolved), the last one where the API has
  /// only their list; of Protocol V2 markets, which have none, the market's own (inactive, active,
  /// resolved).
  std::string resolution_status;
  std::optional<Timestamp> updated_at;
  std::optional<Timestamp> start_date;
  std::string group_item_title;  ///< Its name among the markets of its event.
  std::string question_id;       ///< Of the oracle.
  std::string neg_risk_market_id;
  std::string resolution_source;                ///< Where the result is looked up, often a URL.
  std::optional<DecimalText> last_trade_price;  ///< Of the first outcome, 0 to 1, as the next four.
  std::optional<DecimalText> best_bid;
  std::optional<DecimalText> best_ask;
  std::optional<DecimalText> spread;
  std::optional<DecimalText> volume_24h;      ///< US dollars.
  std::optional<DecimalText> tick_size;       ///< Smallest step of a price.
  std::optional<DecimalText> min_order_size;  ///< Shares.
  bool accepting_orders = false;
  /// `rate` of the fee schedule of today: takers pay shares × rate × price × (1 − price)
  /// (docs.polymarket.com: fees).
  std::optional<DecimalText> fee_rate;
  std::string icon;  ///< A URL.
  /// The position system (docs.polymarket.com/migrate/polymarket-v2): "v1", "v2"; empty on records
  /// of before 2026-10.
  std::string protocol;
  std::vector<TokenId> position_ids;  ///< By index of `outcomes`.
  std::vector<EventId> event_ids;     ///< All events it is in, once each, in the API's order.
  std::int32_t winner_index = -1;     ///< Into `outcomes`; −1: no winner is certain.
  std::uint64_t version = 0;  ///< When it was fetched, ms since 1970; rises with every fetch.

  bool operator==(const Market&) const = default;
};

/// The index of the outcome that won, or −1 while that is not certain: the market must be closed,
/// its resolution final (settled, resolved or not given), one price exactly 1 and all others
/// exactly 0. Old AMM markets with prices like 0.9999989 or 0/0 have no winner here: a near miss is
/// not a fact. An index, because two outcomes may have one label.
std::int32_t WinnerIndexOf(const Market& market);

/// Fills what entries of older versions lack and the rest of the row tells: `event_ids`, and
/// `winner_index` where the winner's label is the only one of its kind.
void FillFromOlder(Market& market);

/// True when nothing more is expected to change: it is closed, and UMA or the market itself says
/// resolved or settled, or its prices name a winner.
bool IsSettled(const Market& market);

}  // namespace polyhouse
