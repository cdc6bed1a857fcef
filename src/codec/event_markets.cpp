#include "codec/event_markets.h"

#include "codec/json_values.h"
#include "codec/record_slicer.h"

namespace polyhouse {

Result<std::vector<std::string>> MarketIdsOfEvent(std::string_view event) {
  simdjson::ondemand::parser parser;
  const simdjson::padded_string text(WithoutForbiddenBytes(event));
  simdjson::ondemand::document document;
  if (const auto code = parser.iterate(text).get(document)) return JsonError(code);
  simdjson::ondemand::object record;
  if (const auto code = document.get_object().get(record)) return JsonError(code);
  std::vector<std::string> ids;
  JsonReader reader;
  reader.SetReplaced(ReplacedBytes(text, event));
  bool has_id = false;
  auto status = ForEachField(record, [&](std::string_view name, JsonValue value) {
    has_id = has_id || name == "id";
    if (name != "markets") return Ok();
    return reader.ForEachObject(value, [&](simdjson::ondemand::object market) {
      MarketId id;
      auto read = ForEachField(market, [&](std::string_view field, JsonValue of_field) {
        return field == "id" ? reader.Read(of_field, id) : Ok();
      });
      if (read && !id.empty()) ids.push_back(id.value());
      return read;
    });
  });
  if (!status) return std::move(status).error();
  if (!has_id) return MalformedError("it has no id");
  return ids;
}

}  // namespace polyhouse
