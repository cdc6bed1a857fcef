#include "cursor.h"

#include <simdjson.h>

#include <charconv>
#include <optional>

#include "base64.h"
#include "json_object.h"

namespace polyhouse {
namespace {

void AppendValue(std::string& out, const SortValue& value) {
  JsonObject object(out);
  if (const double* number = std::get_if<double>(&value)) {
    object.Text("t", "number");
    object.Text("v", FormatNumber(*number));
  } else if (const std::string* text = std::get_if<std::string>(&value)) {
    object.Text("t", "string");
    object.Text("v", *text);
  } else {
    object.Text("t", "null");
  }
  object.Close();
}

template <class Number>
std::optional<Number> ParseWhole(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<SortValue> ParseValue(simdjson::dom::element element) {
  std::string_view type;
  std::string_view text;
  if (element["t"].get(type) != simdjson::SUCCESS) return std::nullopt;
  if (type == "null") return SortValue(std::monostate());
  if (element["v"].get(text) != simdjson::SUCCESS) return std::nullopt;
  if (type == "string") return SortValue(std::string(text));
  if (const auto number = ParseWhole<double>(text); number && type == "number") return *number;
  return std::nullopt;
}

std::string ScopeHash(const CursorScope& scope) {
  return std::to_string(scope.filter_hash);
}

bool IsMadeFor(const CursorScope& scope, simdjson::dom::element cursor) {
  std::string_view listing;
  std::string_view hash;
  return cursor["k"].get(listing) == simdjson::SUCCESS && listing == ToString(scope.listing) &&
         cursor["og"].get(hash) == simdjson::SUCCESS && hash == ScopeHash(scope);
}

}  // namespace

std::string EncodeCursor(const CursorScope& scope, const SortKey& key) {
  std::string json;
  JsonObject object(json);
  object.Integer("v", 1);
  object.Text("k", ToString(scope.listing));
  object.Text("og", ScopeHash(scope));
  object.Key("keys");
  json += '[';
  for (const SortValue& value : key.values) {
    AppendValue(json, value);
    json += ',';
  }
  AppendValue(json, SortValue(std::to_string(key.id)));
  json += ']';
  object.Close();
  return EncodeBase64Url(json);
}

Result<SortKey> DecodeCursor(const CursorScope& scope, std::string_view cursor) {
  const std::optional<std::string> json = DecodeBase64Url(cursor);
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  simdjson::dom::array keys;
  if (!json || parser.parse(*json).get(root) != simdjson::SUCCESS ||
      root["keys"].get(keys) != simdjson::SUCCESS) {
    return RejectedError("invalid cursor");
  }
  if (!IsMadeFor(scope, root) ||
      (keys.size() != scope.fields + 1 && keys.size() != scope.asked_fields + 1)) {
    return RejectedError("cursor does not match the filters or order of this request");
  }
  SortKey key;
  for (const simdjson::dom::element element : keys) {
    std::optional<SortValue> value = ParseValue(element);
    if (!value) return RejectedError("invalid cursor");
    key.values.push_back(*std::move(value));
  }
  const std::string* id_text = std::get_if<std::string>(&key.values.back());
  const auto id = id_text ? ParseWhole<std::uint64_t>(*id_text) : std::nullopt;
  if (!id) return RejectedError("invalid cursor");
  key.values.pop_back();
  key.id = *id;
  key.values.erase(key.values.begin(),
                   key.values.end() - static_cast<std::ptrdiff_t>(scope.fields));
  return key;
}

}  // namespace polyhouse
