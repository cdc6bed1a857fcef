#include "codec/witness_page.h"

#include "codec/json_values.h"
#include "codec/record_slicer.h"

namespace polyhouse {
namespace {

using simdjson::ondemand::array;
using simdjson::ondemand::document;
using simdjson::ondemand::object;

/// What the listing says instead of leaving the cursor out: base64 of "-1".
constexpr std::string_view kEndCursor = "LTE=";

/// The label of the first token that won, if one did.
Status ReadWinner(JsonReader& reader, JsonValue tokens, std::string& winner) {
  return reader.ForEachObject(tokens, [&](object token) {
    std::string outcome;
    bool won = false;
    auto status = ForEachField(token, [&](std::string_view name, JsonValue value) {
      if (name == "outcome") return reader.Read(value, outcome);
      if (name == "winner") return reader.Read(value, won);
      return Ok();
    });
    if (status && won && winner.empty()) winner = std::move(outcome);
    return status;
  });
}

Result<WitnessMarket> ReadMarket(JsonReader& reader, object record) {
  WitnessMarket market;
  auto status = ForEachField(record, [&](std::string_view name, JsonValue value) {
    if (name == "condition_id") return reader.Read(value, market.condition_id);
    if (name == "market_slug") return reader.Read(value, market.market_slug);
    if (name == "closed") return reader.Read(value, market.closed);
    if (name == "archived") return reader.Read(value, market.archived);
    if (name == "tokens") return ReadWinner(reader, value, market.winner);
    return Ok();
  });
  if (!status) return std::move(status).error();
  return market;
}

}  // namespace

struct WitnessPageParser::State {
  simdjson::ondemand::parser parser;
  JsonReader reader;

  Status ReadRecords(JsonValue value, std::uint64_t version, WitnessPage& page);
  Status Read(std::string& body, std::uint64_t version, WitnessPage& page);
};

Status WitnessPageParser::State::ReadRecords(JsonValue value,
                                             std::uint64_t version,
                                             WitnessPage& page) {
  array records;
  // The listing of nothing has null in the place of the list.
  if (IsNull(value)) return Ok();
  if (const auto code = value.get_array().get(records)) return JsonError(code);
  for (auto element : records) {
    object record;
    if (const auto code = element.get_object().get(record)) return JsonError(code);
    auto market = ReadMarket(reader, record);
    if (!market) {
      page.bad.push_back(std::move(market).error());
    } else if (market->condition_id.empty()) {
      ++page.without_id;
    } else {
      market->version = version;
      page.rows.push_back(std::move(*market));
    }
  }
  return Ok();
}

Status WitnessPageParser::State::Read(std::string& body, std::uint64_t version, WitnessPage& page) {
  body.reserve(body.size() + simdjson::SIMDJSON_PADDING);
  document text;
  if (const auto code = parser.iterate(body).get(text)) return JsonError(code);
  object envelope;
  if (const auto code = text.get_object().get(envelope)) return JsonError(code);
  bool found = false;
  for (auto field : envelope) {
    std::string_view name;
    if (const auto code = field.unescaped_key().get(name)) return JsonError(code);
    JsonValue value;
    if (const auto code = field.value().get(value)) return JsonError(code);
    if (name == "data") {
      if (auto status = ReadRecords(value, version, page); !status) return status;
      found = true;
    } else if (name == "next_cursor") {
      if (auto status = reader.Read(value, page.next_cursor); !status) return status;
    }
  }
  if (!found) return MalformedError("no \"data\" in it");
  if (!IsAtEnd(text)) return MalformedError("text after its end");
  if (page.next_cursor == kEndCursor) page.next_cursor.clear();
  return Ok();
}

WitnessPageParser::WitnessPageParser() : state_(std::make_unique<State>()) {}
WitnessPageParser::~WitnessPageParser() = default;

Result<WitnessPage> WitnessPageParser::Parse(std::string body, std::uint64_t version) {
  WitnessPage page;
  state_->reader.SetReplaced({});
  auto status = state_->Read(body, version, page);
  if (std::string clean; !status && (clean = WithoutForbiddenBytes(body)) != body) {
    // One record must not hide its neighbours.
    clean.reserve(clean.size() + simdjson::SIMDJSON_PADDING);
    state_->reader.SetReplaced(ReplacedBytes(clean, body));
    page = {};
    status = state_->Read(clean, version, page);
  }
  if (!status) {
    return ForeignAnswer("a page of the CLOB's markets", status.error().message, body);
  }
  return page;
}

}  // namespace polyhouse
