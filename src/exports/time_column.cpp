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
    {"clob_markets", ""},
    {"clob_markets_current", ""},
    {"stream_positions", ""},
    {"imports", ""},
    {"import_rejects", ""},
    {"import_lines", "at"},
});

}  // namespace

std::optional<std::string_view> TimeColumnOf(std::string_view table) {
  const auto row = std::find_if(
      kColumns.begin(), kColumns.end(), [&](const auto& each) { return each.first == table; });
  if (row == kColumns.end()) return {};
  return row->second;
}

}  // namespace polyhouse
