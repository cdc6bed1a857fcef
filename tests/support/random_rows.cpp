#include "support/random_rows.h"

#include <array>
#include <string_view>

namespace polyhouse {

std::string RandomRows::Text(std::size_t max_characters) {
  constexpr auto kCharacters = std::to_array<std::string_view>(
      {"a", "B", "7", " ", "\"", "\\",     "\n",   "\r",   "\t",   ";",
       ",", "{", "}", "[", "]",  ":",      "\x01", "\x1f", "\x7f", std::string_view("\0", 1),
       "'", "/", "é", "–", "€",  "\u2028", "😀",    "漢"});
  std::string text;
  for (std::uint64_t left = Number(max_characters); left > 0; --left) {
    text += kCharacters[Number(kCharacters.size() - 1)];
  }
  return text;
}

std::string RandomRows::Digits(std::size_t length) {
  std::string digits(1, static_cast<char>('1' + Number(8)));
  while (digits.size() < length) digits += static_cast<char>('0' + Number(9));
  return digits;
}

DecimalText RandomRows::Decimal() {
  std::string text = Number(3) == 0 ? "-" : "";
  text += Digits(1 + Number(8));
  if (Number(1) == 0) text += "." + Digits(1 + Number(11));
  if (Number(9) == 0) text += "e-" + Digits(1);
  return {text};
}

std::optional<Timestamp> RandomRows::Time() {
  if (Number(4) == 0) return {};
  constexpr std::int64_t kFirst = -2'208'988'800'000;  // 1900-01-01
  constexpr std::uint64_t kSpan = 12'622'780'800'000;  // Up to the end of 2299.
  return Timestamp(
      std::chrono::milliseconds(kFirst + static_cast<std::int64_t>(Number(kSpan - 1))));
}

Market RandomRows::AMarket() {
  Market market;
  market.created_at = Time();
  market.id = MarketId(Digits(1 + Number(6)));
  market.question = Text();
  market.neg_risk = Number(1) == 0;
  market.market_slug = Text();
  market.condition_id = Text();
  if (Number(2) > 0) market.volume = Decimal();
  market.ticker = Text();
  market.event_slug = Text();
  market.closed_time = Time();
  if (Number(2) > 0) market.event_id = EventId(Digits(3));
  market.description = Text(300);
  for (std::uint64_t n = Number(3); n > 0; --n) {
    market.outcomes.push_back(Text());
    market.outcome_prices.push_back(Decimal());
    market.tokens.emplace_back(Digits(78));
  }
  market.winner = Text();
  if (Number(2) > 0) market.liquidity = Decimal();
  market.active = Number(1) == 0;
  market.closed = Number(1) == 0;
  market.archived = Number(1) == 0;
  market.end_date = Time();
  market.resolution_status = Text(8);
  market.updated_at = Time();
  market.start_date = Time();
  market.group_item_title = Text();
  market.question_id = Text();
  market.neg_risk_market_id = Text();
  market.resolution_source = Text();
  for (auto* amount : {&market.last_trade_price,
                       &market.best_bid,
                       &market.best_ask,
                       &market.spread,
                       &market.volume_24h,
                       &market.tick_size,
                       &market.min_order_size,
                       &market.fee_rate}) {
    if (Number(2) > 0) *amount = Decimal();
  }
  market.accepting_orders = Number(1) == 0;
  market.icon = Text();
  market.protocol = Text(3);
  for (std::uint64_t n = Number(3); n > 0; --n) market.position_ids.emplace_back(Digits(78));
  for (std::uint64_t n = Number(2); n > 0; --n) market.event_ids.emplace_back(Digits(3));
  if (market.event_ids.empty() && !market.event_id.empty()) market.event_ids = {market.event_id};
  market.winner_index = static_cast<std::int32_t>(Number(1'000));
  market.version = Number(UINT64_MAX);
  return market;
}

Event RandomRows::AnEvent() {
  Event event;
  event.id = EventId(Digits(1 + Number(6)));
  event.slug = Text();
  event.ticker = Text();
  event.title = Text();
  event.description = Text(300);
  event.created_at = Time();
  event.start_date = Time();
  event.end_date = Time();
  for (std::uint64_t n = Number(4); n > 0; --n) event.tags.values.push_back("t" + Text());
  event.markets_count = static_cast<std::uint32_t>(Number(UINT32_MAX));
  event.active = Number(1) == 0;
  event.closed = Number(1) == 0;
  event.archived = Number(1) == 0;
  event.volume = Decimal();
  event.liquidity = Decimal();
  event.closed_time = Time();
  event.neg_risk = Number(1) == 0;
  event.series_slug = Text();
  event.updated_at = Time();
  if (Number(2) > 0) event.parent_event_id = EventId(Digits(3));
  event.start_time = Time();
  if (Number(2) > 0) event.volume_24h = Decimal();
  event.comment_count = static_cast<std::uint32_t>(Number(UINT32_MAX));
  event.icon = Text();
  event.version = Number(UINT64_MAX);
  return event;
}

LedgerRow RandomRows::ALedgerRow() {
  LedgerRow row;
  row.source = Text(12);
  row.lane = Text(8);
  row.walk = Text();
  row.from = Text();
  row.to = Text();
  row.first_id = Digits(1 + Number(6));
  row.last_id = Digits(1 + Number(6));
  row.rows = Number(100);
  row.changed = Number(100);
  row.bad = Number(UINT64_MAX);
  row.content_hash = Digits(16);
  row.status = Text(8);
  row.endpoint = Text();
  row.took_ms = Number(60'000);
  row.fetched_at = Time();
  row.version = Number(UINT64_MAX);
  return row;
}

}  // namespace polyhouse
