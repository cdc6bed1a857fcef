#include "exports/time_column.h"

#include <algorithm>
#include <array>
#include <utility>

namespace polyhouse {
namespace {

constexpr auto kColumns = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"trades", "timestamp"},
    {"trades_current", "timestamp"},
    {"trades_with_markets", "timestamp"},
    {"trades_by_wallet", "timestamp"},
    {"trades_by_wallet_current", "timestamp"},
    {"trades_volume", "day"},
    {"market_volume_daily", "day"},
    {"order_fills", "block_time"},
    {"order_fills_current", "block_time"},
    {"token_actions", "block_time"},
    {"token_actions_current", "block_time"},
    {"condition_tokens", ""},
    {"resolutions", "resolved_at"},
    {"resolutions_current", "resolved_at"},
    {"imported_trades", "timestamp"},
    {"imported_fills", "block_time"},
    {"markets", "createdAt"},
    {"markets_current", "createdAt"},
    {"markets_versions", "createdAt"},
    {"markets_with_events", "createdAt"},
    {"markets_enriched", "createdAt"},
    {"markets_enriched_current", "createdAt"},
    {"markets_history", "valid_from"},
    {"polymarket_events", "createdAt"},
    {"polymarket_events_current", "createdAt"},
    {"polymarket_events_versions", "createdAt"},
    {"events_history", "valid_from"},
    {"ingest_ledger", "fetched_at"},
    {"ingest_ledger_current", "fetched_at"},
    {"check_runs", "ended_at"},
    {"check_runs_current", "ended_at"},
    {"clob_markets", ""},
    {"clob_markets_current", ""},
    {"stream_positions", ""},
    {"imports", ""},
    {"import_rejects", ""},
    {"import_lines", "at"},
    {"addresses", "checked_at"},
    {"addresses_current", "checked_at"},
    {"market_tokens", ""},
    {"market_tokens_current", ""},
    {"trades_latest", "timestamp"},
    {"trade_legs", "timestamp"},
    {"wallet_trades", "timestamp"},
    {"token_hours", "hour"},
    {"token_hours_computed", "hour"},
    {"token_hours_kept", "hour"},
    {"token_hours_touched", "touched_at"},
    {"file_hours", "hour"},
    {"token_months", "month"},
    {"token_months_computed", "month"},
    {"token_months_kept", "month"},
    {"token_months_touched", "touched_at"},
    {"wallet_days", "day"},
    {"wallet_days_computed", "day"},
    {"wallet_days_kept", "day"},
    {"wallet_days_touched", "touched_at"},
    {"kept_until", "until"},
    {"candles_1m", "start"},
    {"candles_1h", "start"},
    {"candles_1d", "day"},
    {"traded_spreads", "start"},
    {"wallets_daily", "day"},
    {"fees_daily", "day"},
});

}  // namespace

std::optional<std::string_view> TimeColumnOf(std::string_view table) {
  const auto row = std::find_if(
      kColumns.begin(), kColumns.end(), [&](const auto& each) { return each.first == table; });
  if (row == kColumns.end()) return {};
  return row->second;
}

}  // namespace polyhouse
