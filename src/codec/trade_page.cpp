#include "codec/trade_page.h"

#include <charconv>
#include <cmath>

#include "base/lower_case.h"
#include "codec/json_values.h"

namespace polyhouse {
namespace {

using simdjson::ondemand::array;
using simdjson::ondemand::document;
using simdjson::ondemand::object;

/// The API computes with floats, and writes as many decimals as a float has; the chain's amounts
/// have six.
Status ReadSize(JsonReader& reader, JsonValue value, Micros& size) {
  DecimalText text;
  if (auto status = reader.Read(value, text); !status) return status;
  double number = 0;
  const std::string& digits = text.text;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || end != digits.data() + digits.size() || !(std::abs(number) < 9e12)) {
    return MalformedError("expected an amount");
  }
  size.count = std::llround(number * 1e6);
  return Ok();
}

Result<WitnessTrade> ReadTrade(JsonReader& reader, object record) {
  WitnessTrade trade;
  auto status = ForEachField(record, [&](std::string_view name, JsonValue value) {
    if (name == "transaction_hash") return reader.Read(value, trade.transaction_hash);
    if (name == "token_id") return reader.Read(value, trade.token_id);
    if (name == "side") return reader.Read(value, trade.side);
    if (name == "size") return ReadSize(reader, value, trade.size);
    if (name == "timestamp") return reader.Read(value, trade.time);
    return Ok();
  });
  if (!status) return std::move(status).error();
  if (trade.transaction_hash.empty() || trade.token_id.value().empty() || trade.time == 0) {
    return MalformedError("a trade without its transaction, token or time");
  }
  trade.transaction_hash = LowerCase(trade.transaction_hash);
  return trade;
}

}  // namespace

struct TradePageParser::State {
  simdjson::ondemand::parser parser;
  JsonReader reader;

  Status ReadTrades(JsonValue value, TradePage& page) {
    array records;
    if (const auto code = value.get_array().get(records)) return JsonError(code);
    for (auto element : records) {
      object record;
      if (const auto code = element.get_object().get(record)) return JsonError(code);
      auto trade = ReadTrade(reader, record);
      if (!trade) return std::move(trade).error();
      page.rows.push_back(std::move(*trade));
    }
    return Ok();
  }

  Status Read(std::string& body, TradePage& page) {
    body.reserve(body.size() + simdjson::SIMDJSON_PADDING);
    document text;
    if (const auto code = parser.iterate(body).get(text)) return JsonError(code);
    object envelope;
    if (const auto code = text.get_object().get(envelope)) return JsonError(code);
    bool found = false;
    bool has_more = false;
    auto status = ForEachField(envelope, [&](std::string_view name, JsonValue value) -> Status {
      if (name == "data") {
        found = true;
        return ReadTrades(value, page);
      }
      if (name != "pagination") return Ok();
      object pagination;
      if (const auto code = value.get_object().get(pagination)) return JsonError(code);
      return ForEachField(pagination, [&](std::string_view field, JsonValue inner) {
        if (field == "has_more") return reader.Read(inner, has_more);
        if (field == "next_cursor") return reader.Read(inner, page.next_cursor);
        return Ok();
      });
    });
    if (!status) return status;
    if (!found) return MalformedError("no \"data\" in it");
    if (!IsAtEnd(text)) return MalformedError("text after its end");
    if (!has_more) page.next_cursor.clear();
    return Ok();
  }
};

TradePageParser::TradePageParser() : state_(std::make_unique<State>()) {}
TradePageParser::~TradePageParser() = default;

Result<TradePage> TradePageParser::Parse(std::string body) {
  TradePage page;
  if (auto status = state_->Read(body, page); !status) {
    return ForeignAnswer("a page of trades", status.error().message, body);
  }
  return page;
}

}  // namespace polyhouse
