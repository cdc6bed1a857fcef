#include "codec/json_values.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>

#include "base/one_line.h"
#include "codec/timestamp.h"

namespace polyhouse {
namespace {

using simdjson::ondemand::json_type;

std::string_view TypeName(JsonValue& value) {
  json_type type = json_type::null;
  if (value.type().get(type) != simdjson::SUCCESS) return "something unreadable";
  switch (type) {
    case json_type::array:
      return "an array";
    case json_type::object:
      return "an object";
    case json_type::number:
      return "a number";
    case json_type::string:
      return "a string";
    case json_type::boolean:
      return "a boolean";
    case json_type::null:
      return IsNull(value) ? "null" : "something unreadable";
  }
  return "something unreadable";
}

Error Unexpected(std::string_view expected, JsonValue& value) {
  return MalformedError("expected " + std::string(expected) + ", found " +
                        std::string(TypeName(value)));
}

/// As much of a value as a reason should hold, and no half of a character.
std::string Shown(std::string_view text) {
  std::size_t shown = 80;
  if (text.size() <= shown) return std::string(text);
  while (shown > 0 && (static_cast<unsigned char>(text[shown]) & 0xC0U) == 0x80U) --shown;
  return std::string(text.substr(0, shown));
}

Error Unreadable(std::string_view expected, std::string_view text) {
  return MalformedError("expected " + std::string(expected) + ", found \"" + Shown(text) + "\"");
}

/// The token of a scalar without the white space that simdjson leaves behind it.
std::string_view Token(JsonValue& value) {
  std::string_view token = value.raw_json_token();
  const auto end = token.find_last_not_of(" \t\r\n");
  return token.substr(0, end + 1);
}

/// The characters of a scalar: a string unescaped, a number as written. Empty optional: none.
Result<std::optional<std::string_view>> ScalarText(JsonValue& value, std::string_view expected) {
  json_type type = json_type::null;
  if (const auto code = value.type().get(type)) return JsonError(code);
  switch (type) {
    case json_type::null:
      if (!IsNull(value)) return Unexpected(expected, value);
      return std::optional<std::string_view>();
    case json_type::number:
      return std::optional(Token(value));
    case json_type::string: {
      std::string_view text;
      if (const auto code = value.get_string().get(text)) return JsonError(code);
      return SaysNone(text) ? std::optional<std::string_view>() : std::optional(text);
    }
    case json_type::array:
    case json_type::object:
    case json_type::boolean:
      return Unexpected(expected, value);
  }
  return Unexpected(expected, value);
}

bool AllDigits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

Result<std::optional<std::string>> ReadId(JsonValue& value) {
  const auto text = ScalarText(value, "an id");
  if (!text) return text.error();
  if (!*text) return std::optional<std::string>();
  if (!AllDigits(**text)) return Unreadable("an id of decimal digits", **text);
  return std::optional(std::string(**text));
}

template <class Integer>
Status ReadInteger(JsonValue& value, Integer& out) {
  const auto text = ScalarText(value, "a whole number");
  if (!text) return text.error();
  if (!*text) return Ok();
  const auto [end, error] =
      std::from_chars((*text)->data(), (*text)->data() + (*text)->size(), out);
  if (error == std::errc{} && end == (*text)->data() + (*text)->size()) return Ok();
  return Unreadable("a whole number", **text);
}

/// Digits of an id in a list, or none.
template <class Id>
Status ReadIdElement(std::string_view text, std::string_view expected, Id& out) {
  if (SaysNone(text)) return Ok();
  if (!AllDigits(text)) return Unreadable(expected, text);
  out = Id(std::string(text));
  return Ok();
}

Status ReadElement(std::string_view text, std::string& out) {
  out = text;
  return Ok();
}

Status ReadElement(std::string_view text, EventId& out) {
  return ReadIdElement(text, "an id of decimal digits", out);
}

Status ReadElement(std::string_view text, TokenId& out) {
  return ReadIdElement(text, "a token id of decimal digits", out);
}

Status ReadElement(std::string_view text, DecimalText& out) {
  auto decimal = SaysNone(text) ? std::optional(DecimalText{""}) : ParseDecimal(text);
  if (!decimal) return Unreadable("a decimal number", text);
  out = std::move(*decimal);
  return Ok();
}

Status ReadElement(std::string_view text, Uint256& out) {
  const auto number = ParseDigits256(text);
  if (!number) return Unreadable("at most 256 bits in decimal digits", text);
  out = *number;
  return Ok();
}

/// The characters of a list's element; null is empty.
Result<std::string_view> ElementText(JsonValue& value) {
  std::string_view text;
  if (value.get_string().get(text) == simdjson::SUCCESS) return text;
  const auto scalar = ScalarText(value, "a string or number");
  if (!scalar) return scalar.error();
  return scalar->value_or("");
}

/// How many of the eight bytes at `bytes` come before the first quote or backslash; 8: there is
/// none.
std::size_t PlainBytes(const char* bytes) {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  constexpr std::uint64_t kHighBits = 0x8080808080808080;
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof(word));
  const std::uint64_t quote = word ^ (kOnes * '"');
  const std::uint64_t backslash = word ^ (kOnes * '\\');
  const std::uint64_t found =
      (((quote - kOnes) & ~quote) | ((backslash - kOnes) & ~backslash)) & kHighBits;
  return static_cast<std::size_t>(std::countr_zero(found)) / 8;
}

}  // namespace

Error JsonError(simdjson::error_code code) {
  return MalformedError(std::string("not valid JSON: ") + simdjson::error_message(code));
}

Error ForeignAnswer(std::string_view expected, std::string_view why, std::string_view body) {
  constexpr std::size_t kShown = 120;
  return TransientError("the answer is not " + std::string(expected) + " (" + std::string(why) +
                        "): " + OneLine(body, kShown));
}

bool SaysNone(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos || text == "null";
}

bool IsNull(JsonValue& value) {
  bool is_null = false;
  return value.is_null().get(is_null) == simdjson::SUCCESS && is_null;
}

bool IsAtEnd(simdjson::ondemand::document& document) {
  return document.current_location().error() == simdjson::OUT_OF_BOUNDS;
}

std::string_view RawName(simdjson::ondemand::raw_json_string key) {
  const char* begin = key.raw();
  const char* end = begin;
  // Eight bytes at a time; the padding behind the text makes that safe.
  while (true) {
    const std::size_t plain = PlainBytes(end);
    end += plain;
    if (plain == 8) continue;
    if (*end == '"') break;
    end += 2;
  }
  return {begin, static_cast<std::size_t>(end - begin)};
}

Status JsonReader::CheckBytes(JsonValue& value) const {
  if (replaced_.empty()) return Ok();
  const std::string_view token = Token(value);
  const auto fault = replaced_.FaultOf(token);
  return fault.empty() ? Ok() : MalformedError(std::string(fault) + " in " + Shown(token));
}

Status JsonReader::Read(JsonValue value, std::string& out) {
  if (auto status = CheckBytes(value); !status) return status;
  std::string_view text;
  if (value.get_string().get(text) == simdjson::SUCCESS) {
    out = text;
    return Ok();
  }
  if (IsNull(value)) return Ok();
  return Unexpected("a string", value);
}

Status JsonReader::ReadWord(JsonValue value, std::string& out) {
  if (auto status = CheckBytes(value); !status) return status;
  const auto text = ScalarText(value, "a string or a number");
  if (!text) return text.error();
  if (*text) out = **text;
  return Ok();
}

Status JsonReader::Read(JsonValue value, MarketId& out) {
  if (auto status = CheckBytes(value); !status) return status;
  auto id = ReadId(value);
  if (!id) return std::move(id).error();
  if (*id) out = MarketId(std::move(**id));
  return Ok();
}

Status JsonReader::Read(JsonValue value, EventId& out) {
  if (auto status = CheckBytes(value); !status) return status;
  auto id = ReadId(value);
  if (!id) return std::move(id).error();
  if (*id) out = EventId(std::move(**id));
  return Ok();
}

Status JsonReader::Read(JsonValue value, TokenId& out) {
  if (auto status = CheckBytes(value); !status) return status;
  auto id = ReadId(value);
  if (!id) return std::move(id).error();
  if (*id) out = TokenId(std::move(**id));
  return Ok();
}

Status JsonReader::Read(JsonValue value, bool& out) {
  if (auto status = CheckBytes(value); !status) return status;
  if (value.get_bool().get(out) == simdjson::SUCCESS) return Ok();
  if (IsNull(value)) return Ok();
  std::string_view text;
  if (value.get_string().get(text) != simdjson::SUCCESS) return Unexpected("true or false", value);
  if (SaysNone(text)) return Ok();
  if (text != "true" && text != "false") return Unreadable("true or false", text);
  out = text == "true";
  return Ok();
}

Status JsonReader::Read(JsonValue value, std::int32_t& out) {
  if (auto status = CheckBytes(value); !status) return status;
  return ReadInteger(value, out);
}
Status JsonReader::Read(JsonValue value, std::uint32_t& out) {
  if (auto status = CheckBytes(value); !status) return status;
  return ReadInteger(value, out);
}
Status JsonReader::Read(JsonValue value, std::uint64_t& out) {
  if (auto status = CheckBytes(value); !status) return status;
  return ReadInteger(value, out);
}

Status JsonReader::Read(JsonValue value, std::optional<Timestamp>& out) {
  if (auto status = CheckBytes(value); !status) return status;
  const auto text = ScalarText(value, "a time");
  if (!text) return text.error();
  if (!*text) return Ok();
  out = ParseApiTime(**text);
  if (!out) return Unreadable("a time between the years 1900 and 2299", **text);
  if ((*text)->find_first_not_of("0123456789") == std::string_view::npos) ++epoch_times_;
  return Ok();
}

Status JsonReader::Read(JsonValue value, Timestamp& out) {
  std::optional<Timestamp> time;
  if (auto status = Read(value, time); !status) return status;
  if (time) out = *time;
  return Ok();
}

Status JsonReader::Read(JsonValue value, Uint256& out) {
  if (auto status = CheckBytes(value); !status) return status;
  std::string_view text;
  if (value.get_string().get(text) != simdjson::SUCCESS) return Unexpected("digits", value);
  const auto number = ParseDigits256(text);
  if (!number) return Unreadable("at most 256 bits in decimal digits", text);
  out = *number;
  return Ok();
}

Status JsonReader::Read(JsonValue value, Micros& out) {
  if (auto status = CheckBytes(value); !status) return status;
  std::string_view text;
  if (value.get_string().get(text) != simdjson::SUCCESS) return Unexpected("an amount", value);
  const auto amount = ParseMicros(text);
  if (!amount) return Unreadable("an amount with at most six decimals", text);
  out = *amount;
  return Ok();
}

Status JsonReader::Read(JsonValue value, std::optional<DecimalText>& out) {
  if (auto status = CheckBytes(value); !status) return status;
  const auto text = ScalarText(value, "a decimal number");
  if (!text) return text.error();
  if (!*text) return Ok();
  out = ParseDecimal(**text);
  if (!out) return Unreadable("a decimal number", **text);
  return Ok();
}

Status JsonReader::Read(JsonValue value, DecimalText& out) {
  std::optional<DecimalText> decimal;
  if (auto status = Read(value, decimal); !status) return status;
  if (decimal) out = std::move(*decimal);
  return Ok();
}

template <class T>
Status JsonReader::ReadArray(simdjson::ondemand::array array, std::vector<T>& out) {
  out.clear();
  for (auto element : array) {
    JsonValue value;
    if (const auto code = element.get(value)) return JsonError(code);
    if (auto status = CheckBytes(value); !status) return status;
    const auto text = ElementText(value);
    if (!text) return text.error();
    if (auto status = ReadElement(*text, out.emplace_back()); !status) return status;
  }
  return Ok();
}

template <class T>
Status JsonReader::ReadNestedList(std::string_view text, std::vector<T>& out) {
  if (SaysNone(text)) return Ok();
  nested_text_.assign(text);
  nested_text_.reserve(text.size() + simdjson::SIMDJSON_PADDING);
  simdjson::ondemand::document document;
  if (const auto code = nested_parser_.iterate(nested_text_).get(document)) return JsonError(code);
  simdjson::ondemand::array array;
  if (document.get_array().get(array) != simdjson::SUCCESS) {
    return Unreadable("a JSON array in the string", nested_text_);
  }
  if (auto status = ReadArray(array, out); !status) return status;
  if (!IsAtEnd(document)) return Unreadable("one JSON array in the string", nested_text_);
  return Ok();
}

template <class T>
Status JsonReader::ReadList(JsonValue value, std::vector<T>& out) {
  if (auto status = CheckBytes(value); !status) return status;
  std::string_view text;
  if (value.get_string().get(text) == simdjson::SUCCESS) return ReadNestedList(text, out);
  if (IsNull(value)) return Ok();
  simdjson::ondemand::array array;
  if (value.get_array().get(array) != simdjson::SUCCESS) return Unexpected("a list", value);
  return ReadArray(array, out);
}

Status JsonReader::Read(JsonValue value, std::vector<std::string>& out) {
  return ReadList(value, out);
}
Status JsonReader::Read(JsonValue value, std::vector<EventId>& out) {
  return ReadList(value, out);
}
Status JsonReader::Read(JsonValue value, std::vector<TokenId>& out) {
  return ReadList(value, out);
}
Status JsonReader::Read(JsonValue value, std::vector<DecimalText>& out) {
  return ReadList(value, out);
}
Status JsonReader::Read(JsonValue value, std::vector<Uint256>& out) {
  return ReadList(value, out);
}

}  // namespace polyhouse
