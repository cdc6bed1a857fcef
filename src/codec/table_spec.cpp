#include "codec/table_spec.h"

#include <array>

#include "codec/row_types.h"

namespace polyhouse {
namespace {

template <class T>
std::string_view NthOrEmpty(const std::vector<T>& values, std::size_t n) {
  if (n >= values.size()) return {};
  if constexpr (std::is_same_v<T, TokenId>) {
    return values[n].value();
  } else {
    return values[n];
  }
}

std::string_view Answer1(const Market& market) {
  return NthOrEmpty(market.outcomes, 0);
}
std::string_view Answer2(const Market& market) {
  return NthOrEmpty(market.outcomes, 1);
}
std::string_view Token1(const Market& market) {
  return NthOrEmpty(market.tokens, 0);
}
std::string_view Token2(const Market& market) {
  return NthOrEmpty(market.tokens, 1);
}

const std::array kMarketColumns = {
    Column<Market>{"createdAt", &Market::created_at},
    Column<Market>{"id", &Market::id},
    Column<Market>{"question", &Market::question},
    Column<Market>{"answer1", &Answer1},
    Column<Market>{"answer2", &Answer2},
    Column<Market>{"neg_risk", &Market::neg_risk},
    Column<Market>{"market_slug", &Market::market_slug},
    Column<Market>{"token1", &Token1},
    Column<Market>{"token2", &Token2},
    Column<Market>{"condition_id", &Market::condition_id},
    Column<Market>{"volume", &Market::volume},
    Column<Market>{"ticker", &Market::ticker},
    Column<Market>{"event_slug", &Market::event_slug},
    Column<Market>{"closedTime", &Market::closed_time},
    Column<Market>{"event_id", &Market::event_id},
    Column<Market>{"description", &Market::description},
    Column<Market>{"outcomes", &Market::outcomes},
    Column<Market>{"outcome_prices", &Market::outcome_prices},
    Column<Market>{"tokens", &Market::tokens},
    Column<Market>{"winner", &Market::winner},
    Column<Market>{"liquidity", &Market::liquidity},
    Column<Market>{"active", &Market::active},
    Column<Market>{"closed", &Market::closed},
    Column<Market>{"archived", &Market::archived},
    Column<Market>{"end_date", &Market::end_date},
    Column<Market>{"resolution_status", &Market::resolution_status},
    Column<Market>{"updated_at", &Market::updated_at},
    Column<Market>{"start_date", &Market::start_date},
    Column<Market>{"group_item_title", &Market::group_item_title},
    Column<Market>{"question_id", &Market::question_id},
    Column<Market>{"neg_risk_market_id", &Market::neg_risk_market_id},
    Column<Market>{"resolution_source", &Market::resolution_source},
    Column<Market>{"last_trade_price", &Market::last_trade_price},
    Column<Market>{"best_bid", &Market::best_bid},
    Column<Market>{"best_ask", &Market::best_ask},
    Column<Market>{"spread", &Market::spread},
    Column<Market>{"volume_24h", &Market::volume_24h},
    Column<Market>{"tick_size", &Market::tick_size},
    Column<Market>{"min_order_size", &Market::min_order_size},
    Column<Market>{"accepting_orders", &Market::accepting_orders},
    Column<Market>{"fee_rate", &Market::fee_rate},
    Column<Market>{"icon", &Market::icon},
    Column<Market>{"protocol", &Market::protocol},
    Column<Market>{"position_ids", &Market::position_ids},
    Column<Market>{"event_ids", &Market::event_ids},
    Column<Market>{"winner_index", &Market::winner_index},
    Column<Market>{"version", &Market::version},
};

const std::array kEventColumns = {
    Column<Event>{"id", &Event::id},
    Column<Event>{"slug", &Event::slug},
    Column<Event>{"ticker", &Event::ticker},
    Column<Event>{"title", &Event::title},
    Column<Event>{"description", &Event::description},
    Column<Event>{"createdAt", &Event::created_at},
    Column<Event>{"startDate", &Event::start_date},
    Column<Event>{"endDate", &Event::end_date},
    Column<Event>{"tags", &Event::tags},
    Column<Event>{"markets_count", &Event::markets_count},
    Column<Event>{"active", &Event::active},
    Column<Event>{"closed", &Event::closed},
    Column<Event>{"archived", &Event::archived},
    Column<Event>{"volume", &Event::volume},
    Column<Event>{"liquidity", &Event::liquidity},
    Column<Event>{"closed_time", &Event::closed_time},
    Column<Event>{"neg_risk", &Event::neg_risk},
    Column<Event>{"series_slug", &Event::series_slug},
    Column<Event>{"updated_at", &Event::updated_at},
    Column<Event>{"parent_event_id", &Event::parent_event_id},
    Column<Event>{"start_time", &Event::start_time},
    Column<Event>{"volume_24h", &Event::volume_24h},
    Column<Event>{"comment_count", &Event::comment_count},
    Column<Event>{"icon", &Event::icon},
    Column<Event>{"version", &Event::version},
};

const std::array kLedgerColumns = {
    Column<LedgerRow>{"source", &LedgerRow::source},
    Column<LedgerRow>{"lane", &LedgerRow::lane},
    Column<LedgerRow>{"walk", &LedgerRow::walk},
    Column<LedgerRow>{"from", &LedgerRow::from},
    Column<LedgerRow>{"to", &LedgerRow::to},
    Column<LedgerRow>{"first_id", &LedgerRow::first_id},
    Column<LedgerRow>{"last_id", &LedgerRow::last_id},
    Column<LedgerRow>{"rows", &LedgerRow::rows},
    Column<LedgerRow>{"changed", &LedgerRow::changed},
    Column<LedgerRow>{"bad", &LedgerRow::bad},
    Column<LedgerRow>{"content_hash", &LedgerRow::content_hash},
    Column<LedgerRow>{"status", &LedgerRow::status},
    Column<LedgerRow>{"endpoint", &LedgerRow::endpoint},
    Column<LedgerRow>{"took_ms", &LedgerRow::took_ms},
    Column<LedgerRow>{"fetched_at", &LedgerRow::fetched_at},
    Column<LedgerRow>{"version", &LedgerRow::version},
};

const std::array kFillColumns = {
    Column<OrderFill>{"block_number", &OrderFill::block_number},
    Column<OrderFill>{"block_time", &OrderFill::block_time},
    Column<OrderFill>{"transaction_hash", &OrderFill::transaction_hash},
    Column<OrderFill>{"log_index", &OrderFill::log_index},
    Column<OrderFill>{"exchange", &OrderFill::exchange},
    Column<OrderFill>{"generation", &OrderFill::generation},
    Column<OrderFill>{"order_hash", &OrderFill::order_hash},
    Column<OrderFill>{"maker", &OrderFill::maker},
    Column<OrderFill>{"taker", &OrderFill::taker},
    Column<OrderFill>{"maker_asset_id", &OrderFill::maker_asset_id},
    Column<OrderFill>{"taker_asset_id", &OrderFill::taker_asset_id},
    Column<OrderFill>{"maker_amount", &OrderFill::maker_amount},
    Column<OrderFill>{"taker_amount", &OrderFill::taker_amount},
    Column<OrderFill>{"fee", &OrderFill::fee},
    Column<OrderFill>{"builder", &OrderFill::builder},
    Column<OrderFill>{"removed", &OrderFill::removed},
    Column<OrderFill>{"version", &OrderFill::version},
};

const std::array kTradeColumns = {
    Column<Trade>{"timestamp", &Trade::timestamp},
    Column<Trade>{"market_id", &Trade::market_id},
    Column<Trade>{"maker", &Trade::maker},
    Column<Trade>{"taker", &Trade::taker},
    Column<Trade>{"nonusdc_side", &Trade::nonusdc_side},
    Column<Trade>{"maker_direction", &Trade::maker_direction},
    Column<Trade>{"taker_direction", &Trade::taker_direction},
    Column<Trade>{"price", &Trade::price},
    Column<Trade>{"usd_amount", &Trade::usd_amount},
    Column<Trade>{"token_amount", &Trade::token_amount},
    Column<Trade>{"transactionHash", &Trade::transaction_hash},
    Column<Trade>{"log_index", &Trade::log_index},
    Column<Trade>{"token_id", &Trade::token_id},
    Column<Trade>{"condition_id", &Trade::condition_id},
    Column<Trade>{"outcome", &Trade::outcome},
    Column<Trade>{"fee", &Trade::fee},
    Column<Trade>{"fee_asset", &Trade::fee_asset},
    Column<Trade>{"exchange", &Trade::exchange},
    Column<Trade>{"generation", &Trade::generation},
    Column<Trade>{"is_taker_leg", &Trade::is_taker_leg},
    Column<Trade>{"match_type", &Trade::match_type},
    Column<Trade>{"block_number", &Trade::block_number},
    Column<Trade>{"order_hash", &Trade::order_hash},
    Column<Trade>{"builder", &Trade::builder},
    Column<Trade>{"removed", &Trade::removed},
    Column<Trade>{"version", &Trade::version},
};

/// Those of a market have the names that they have in `markets`.
const std::array kEnrichedColumns = {
    Column<EnrichedMarket>{"id", &Market::id},
    Column<EnrichedMarket>{"question", &Market::question},
    Column<EnrichedMarket>{"market_slug", &Market::market_slug},
    Column<EnrichedMarket>{"condition_id", &Market::condition_id},
    Column<EnrichedMarket>{"event_id", &Market::event_id},
    Column<EnrichedMarket>{"event_slug", &Market::event_slug},
    Column<EnrichedMarket>{"event_title", &EventDetails::event_title},
    Column<EnrichedMarket>{"event_tags", &EventDetails::event_tags},
    Column<EnrichedMarket>{"event_series_slug", &EventDetails::event_series_slug},
    Column<EnrichedMarket>{"event_end_date", &EventDetails::event_end_date},
    Column<EnrichedMarket>{"group_item_title", &Market::group_item_title},
    Column<EnrichedMarket>{"outcomes", &Market::outcomes},
    Column<EnrichedMarket>{"outcome_prices", &Market::outcome_prices},
    Column<EnrichedMarket>{"tokens", &Market::tokens},
    Column<EnrichedMarket>{"winner", &Market::winner},
    Column<EnrichedMarket>{"winner_index", &Market::winner_index},
    Column<EnrichedMarket>{"volume", &Market::volume},
    Column<EnrichedMarket>{"volume_24h", &Market::volume_24h},
    Column<EnrichedMarket>{"liquidity", &Market::liquidity},
    Column<EnrichedMarket>{"last_trade_price", &Market::last_trade_price},
    Column<EnrichedMarket>{"best_bid", &Market::best_bid},
    Column<EnrichedMarket>{"best_ask", &Market::best_ask},
    Column<EnrichedMarket>{"active", &Market::active},
    Column<EnrichedMarket>{"closed", &Market::closed},
    Column<EnrichedMarket>{"archived", &Market::archived},
    Column<EnrichedMarket>{"accepting_orders", &Market::accepting_orders},
    Column<EnrichedMarket>{"neg_risk", &Market::neg_risk},
    Column<EnrichedMarket>{"resolution_status", &Market::resolution_status},
    Column<EnrichedMarket>{"createdAt", &Market::created_at},
    Column<EnrichedMarket>{"start_date", &Market::start_date},
    Column<EnrichedMarket>{"end_date", &Market::end_date},
    Column<EnrichedMarket>{"closedTime", &Market::closed_time},
    Column<EnrichedMarket>{"updated_at", &Market::updated_at},
    Column<EnrichedMarket>{"fee_rate", &Market::fee_rate},
    Column<EnrichedMarket>{"market_version", &EnrichedMarket::market_version},
    Column<EnrichedMarket>{"event_version", &EventDetails::event_version},
    Column<EnrichedMarket>{"version", &Market::version},
};

const std::array kWitnessColumns = {
    Column<WitnessMarket>{"condition_id", &WitnessMarket::condition_id},
    Column<WitnessMarket>{"market_slug", &WitnessMarket::market_slug},
    Column<WitnessMarket>{"closed", &WitnessMarket::closed},
    Column<WitnessMarket>{"winner", &WitnessMarket::winner},
    Column<WitnessMarket>{"archived", &WitnessMarket::archived},
    Column<WitnessMarket>{"version", &WitnessMarket::version},
};

const std::array kAddressColumns = {
    Column<Address>{"address", &Address::address},
    Column<Address>{"is_contract", &Address::is_contract},
    Column<Address>{"code_size", &Address::code_size},
    Column<Address>{"transaction_count", &Address::transaction_count},
    Column<Address>{"block_number", &Address::block_number},
    Column<Address>{"checked_at", &Address::checked_at},
    Column<Address>{"version", &Address::version},
};

const std::array kActionColumns = {
    Column<TokenAction>{"block_number", &TokenAction::block_number},
    Column<TokenAction>{"block_time", &TokenAction::block_time},
    Column<TokenAction>{"transaction_hash", &TokenAction::transaction_hash},
    Column<TokenAction>{"log_index", &TokenAction::log_index},
    Column<TokenAction>{"contract", &TokenAction::contract},
    Column<TokenAction>{"action", &TokenAction::action},
    Column<TokenAction>{"wallet", &TokenAction::wallet},
    Column<TokenAction>{"wallet_kind", &TokenAction::wallet_kind},
    Column<TokenAction>{"condition_id", &TokenAction::condition_id},
    Column<TokenAction>{"neg_risk_market_id", &TokenAction::neg_risk_market_id},
    Column<TokenAction>{"question_id", &TokenAction::question_id},
    Column<TokenAction>{"parent_collection", &TokenAction::parent_collection},
    Column<TokenAction>{"collateral", &TokenAction::collateral},
    Column<TokenAction>{"index_sets", &TokenAction::index_sets},
    Column<TokenAction>{"amounts", &TokenAction::amounts},
    Column<TokenAction>{"amount", &TokenAction::amount},
    Column<TokenAction>{"removed", &TokenAction::removed},
    Column<TokenAction>{"version", &TokenAction::version},
};

/// The type of each alternative of Field, in its order.
constexpr std::array<std::string_view, 21> kTypes = {
    "String",
    "String",
    "String",
    "String",
    "Bool",
    "Int32",
    "UInt32",
    "UInt64",
    "UInt256",
    "Decimal(18, 6)",
    "DateTime64(3, 'UTC')",
    "Nullable(DateTime64(3, 'UTC'))",
    "Float64",
    "Nullable(Float64)",
    "Array(String)",
    "Array(String)",
    "Array(String)",
    "Array(String)",
    "Array(Float64)",
    "Array(UInt256)",
    "String",
};
static_assert(kTypes.size() == std::variant_size_v<Field<Market>>);

}  // namespace

template <>
const TableSpec<Market>& TableSpecOf<Market>() {
  static const TableSpec<Market> spec{"markets", kMarketColumns};
  return spec;
}

template <>
const TableSpec<Event>& TableSpecOf<Event>() {
  static const TableSpec<Event> spec{"polymarket_events", kEventColumns};
  return spec;
}

template <>
const TableSpec<LedgerRow>& TableSpecOf<LedgerRow>() {
  static const TableSpec<LedgerRow> spec{"ingest_ledger", kLedgerColumns};
  return spec;
}

template <>
const TableSpec<OrderFill>& TableSpecOf<OrderFill>() {
  static const TableSpec<OrderFill> spec{"order_fills", kFillColumns};
  return spec;
}

template <>
const TableSpec<Trade>& TableSpecOf<Trade>() {
  static const TableSpec<Trade> spec{"trades", kTradeColumns};
  return spec;
}

template <>
const TableSpec<EnrichedMarket>& TableSpecOf<EnrichedMarket>() {
  static const TableSpec<EnrichedMarket> spec{"markets_enriched", kEnrichedColumns};
  return spec;
}

template <>
const TableSpec<WitnessMarket>& TableSpecOf<WitnessMarket>() {
  static const TableSpec<WitnessMarket> spec{"clob_markets", kWitnessColumns};
  return spec;
}

template <>
const TableSpec<Address>& TableSpecOf<Address>() {
  static const TableSpec<Address> spec{"addresses", kAddressColumns};
  return spec;
}

template <>
const TableSpec<TokenAction>& TableSpecOf<TokenAction>() {
  static const TableSpec<TokenAction> spec{"token_actions", kActionColumns};
  return spec;
}

template <class Row>
std::string_view ClickHouseType(const Column<Row>& column) {
  return kTypes[column.field.index()];
}

template <class Row>
std::string ColumnList(const TableSpec<Row>& spec) {
  std::string list;
  for (const auto& column : spec.columns) {
    if (!list.empty()) list += ", ";
    list.append("`").append(column.name).append("`");
  }
  return list;
}

#define POLYHOUSE_SPEC(Row)                                     \
  template std::string_view ClickHouseType(const Column<Row>&); \
  template std::string ColumnList(const TableSpec<Row>&);
POLYHOUSE_EACH_ROW(POLYHOUSE_SPEC)

}  // namespace polyhouse
