#include "imports/import_kind.h"

#include <algorithm>

namespace polyhouse {
namespace {

bool IsAmong(std::string_view name, std::span<const std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

bool ImportKind::SaysNothingElse(std::span<const std::string> columns) const {
  return std::all_of(columns.begin(), columns.end(), [&](const std::string& column) {
    return IsAmong(column, implied) ||
           std::any_of(required.begin(), required.end(), [&](const auto& names) {
             return IsAmong(column, names);
           });
  });
}

std::vector<std::string_view> ImportKind::Missing(std::span<const std::string> columns) const {
  std::vector<std::string_view> missing;
  for (const auto& names : required) {
    const bool there = std::any_of(columns.begin(), columns.end(), [&](const std::string& column) {
      return IsAmong(column, names);
    });
    if (!there) missing.push_back(names.front());
  }
  return missing;
}

const ImportKind& ImportOfFills() {
  static const ImportKind kind{
      .name = "fills",
      .entry = "import_fills",
      .target = "imported_fills",
      .chain = "order_fills",
      .time = "block_time",
      .hash = "transaction_hash",
      .content = {"timestamp",
                  "transaction_hash",
                  "maker",
                  "taker",
                  "maker_asset_id",
                  "taker_asset_id",
                  "maker_amount",
                  "taker_amount"},
      .required = {{"timestamp", "block_timestamp", "block_time"},
                   {"maker"},
                   {"makerAssetId", "maker_asset_id"},
                   {"makerAmountFilled", "maker_amount_filled", "maker_amount"},
                   {"taker"},
                   {"takerAssetId", "taker_asset_id"},
                   {"takerAmountFilled", "taker_amount_filled", "taker_amount"},
                   {"transactionHash", "transaction_hash", "tx_hash"}},
      .implied = {}};
  return kind;
}

const ImportKind& ImportOfTrades() {
  static const ImportKind kind{
      .name = "trades",
      .entry = "import_trades",
      .target = "imported_trades",
      .chain = "trades",
      .time = "timestamp",
      .hash = "transactionHash",
      .content = {"timestamp",
                  "transactionHash",
                  "maker",
                  "taker",
                  "maker_direction",
                  "usd_amount",
                  "token_amount"},
      .required = {{"timestamp"},
                   {"maker"},
                   {"taker"},
                   {"maker_direction"},
                   {"usd_amount"},
                   {"token_amount"},
                   {"transactionHash", "transaction_hash", "tx_hash"}},
      .implied = {"market_id", "nonusdc_side", "taker_direction", "price"}};
  return kind;
}

const ImportKind& ImportOfMarkets() {
  static const ImportKind kind{.name = "markets",
                               .entry = "import_markets",
                               .target = {},
                               .chain = {},
                               .time = {},
                               .hash = {},
                               .content = {},
                               .required = {{"id", "market_id"}, {"question"}},
                               .implied = {}};
  return kind;
}

}  // namespace polyhouse
