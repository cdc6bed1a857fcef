#pragma once

// Private to codec/: the tolerant readers of single JSON values. simdjson stops here.

#include <simdjson.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "codec/replaced_bytes.h"
#include "domain/event.h"
#include "domain/market.h"
#include "domain/micros.h"
#include "domain/uint256.h"

namespace polyhouse {

using JsonValue = simdjson::ondemand::value;

/// Turns a simdjson error code into a kMalformed error.
Error JsonError(simdjson::error_code code);

/// Of a whole answer: it is not `expected`, such as "a page of records", for this reason. Shows as
/// much of it as a log line should hold.
Error ForeignAnswer(std::string_view expected, std::string_view why, std::string_view body);

/// True of what the API writes in the place of nothing: "", blanks, and `null` inside a string.
bool SaysNone(std::string_view text);

/// False too of what only begins like it, such as `nul`.
bool IsNull(JsonValue& value);

/// True when nothing but white space follows what was read.
bool IsAtEnd(simdjson::ondemand::document& document);

/// The name of a field as it is written; known names have nothing to unescape, but whoever writes
/// may escape any character.
std::string_view RawName(simdjson::ondemand::raw_json_string key);

/// Calls `read(name, value)` for each field until one fails, and the error then names the field, or
/// until `enough()`.
template <class Read, class Enough>
Status ForEachFieldUntil(simdjson::ondemand::object record, Enough enough, Read read) {
  for (auto field : record) {
    simdjson::ondemand::raw_json_string key;
    if (const auto code = field.key().get(key)) return JsonError(code);
    auto name = RawName(key);
    if (std::string_view plain; name.find('\\') != std::string_view::npos &&
                                field.unescaped_key().get(plain) == simdjson::SUCCESS) {
      name = plain;
    }
    JsonValue value;
    if (const auto code = field.value().get(value)) return JsonError(code);
    if (auto status = read(name, value); !status) {
      return std::move(status).error().WithContext("field " + std::string(name));
    }
    if (enough()) break;
  }
  return Ok();
}

/// As ForEachFieldUntil, for every field.
template <class Read>
Status ForEachField(simdjson::ondemand::object record, Read read) {
  return ForEachFieldUntil(
      record, [] { return false; }, read);
}

/// Each reader replaces `out` by what `value` says. What merely says "none" leaves it as it is:
/// JSON null (the API omits or nulls what it does not have) and, but for free text, a blank string
/// or the text `null`. Anything else that cannot be read is kMalformed with "expected …, found …";
/// `out` may then be anything.
class JsonReader {
 public:
  Status Read(JsonValue value, std::string& out);
  /// Decimal digits, as a string or a number.
  Status Read(JsonValue value, MarketId& out);
  Status Read(JsonValue value, EventId& out);
  Status Read(JsonValue value, TokenId& out);
  /// true, false, "true" or "false".
  Status Read(JsonValue value, bool& out);
  Status Read(JsonValue value, std::int32_t& out);
  Status Read(JsonValue value, std::uint32_t& out);
  Status Read(JsonValue value, std::uint64_t& out);
  /// Any format of ParseApiTime.
  Status Read(JsonValue value, std::optional<Timestamp>& out);
  Status Read(JsonValue value, Timestamp& out);
  /// Decimal digits in a string.
  Status Read(JsonValue value, Uint256& out);
  /// As ToText(Micros) writes it.
  Status Read(JsonValue value, Micros& out);
  /// A number, or a string that holds one.
  Status Read(JsonValue value, std::optional<DecimalText>& out);
  Status Read(JsonValue value, DecimalText& out);
  /// An array of strings or numbers, or a string that holds one. An element that says "none" keeps
  /// its place and is empty.
  Status Read(JsonValue value, std::vector<std::string>& out);
  Status Read(JsonValue value, std::vector<EventId>& out);
  Status Read(JsonValue value, std::vector<TokenId>& out);
  Status Read(JsonValue value, std::vector<DecimalText>& out);
  Status Read(JsonValue value, std::vector<Uint256>& out);
  /// A string or a number, as it is written; of a string too, `null` and blanks say "none".
  Status ReadWord(JsonValue value, std::string& out);

  /// Calls `read(array)` for an array or a string that holds one, not at all where there is none.
  template <class OnValue>
  Status ReadListWith(JsonValue value, OnValue read) {
    return Open<simdjson::ondemand::array>(value, "a list", read);
  }
  /// The same of an object.
  template <class OnValue>
  Status ReadObjectWith(JsonValue value, OnValue read) {
    return Open<simdjson::ondemand::object>(value, "an object", read);
  }
  /// Calls `read(object)` for each element of a list of objects until one fails; nulls among them
  /// are passed over.
  template <class OnValue>
  Status ForEachObject(JsonValue value, OnValue read);

  /// Times read so far that were numbers, seconds or milliseconds since 1970: no stored field of
  /// the API has them today.
  std::uint64_t epoch_times() const { return epoch_times_; }

  /// From now on no value can be read of which a byte is replaced.
  void SetReplaced(ReplacedBytes replaced) { replaced_ = replaced; }
  const ReplacedBytes& replaced() const { return replaced_; }

 private:
  Status CheckBytes(JsonValue& value) const;
  template <class Json, class OnValue>
  Status Open(JsonValue value, std::string_view expected, OnValue read);
  template <class T>
  Status ReadList(JsonValue value, std::vector<T>& out);
  template <class T>
  Status ReadArray(simdjson::ondemand::array array, std::vector<T>& out);
  template <class T>
  Status ReadNestedList(std::string_view text, std::vector<T>& out);

  std::uint64_t epoch_times_ = 0;
  ReplacedBytes replaced_;

  simdjson::ondemand::parser nested_parser_;
  std::string nested_text_;
};

template <class Json, class OnValue>
Status JsonReader::Open(JsonValue value, std::string_view expected, OnValue read) {
  const auto unexpected = [&] { return MalformedError("expected " + std::string(expected)); };
  Json opened;
  if (IsNull(value)) return Ok();
  if (value.get(opened) == simdjson::SUCCESS) return read(opened);
  if (auto status = CheckBytes(value); !status) return status;
  std::string_view text;
  if (value.get_string().get(text) != simdjson::SUCCESS) return unexpected();
  if (SaysNone(text)) return Ok();
  // A parser of its own: `read` may meet such a text again.
  simdjson::ondemand::parser parser;
  const simdjson::padded_string copy(text);
  simdjson::ondemand::document document;
  if (parser.iterate(copy).get(document) != simdjson::SUCCESS) return unexpected();
  if (document.get(opened) != simdjson::SUCCESS) return unexpected();
  if (auto status = read(opened); !status) return status;
  return IsAtEnd(document) ? Ok() : unexpected();
}

template <class OnValue>
Status JsonReader::ForEachObject(JsonValue value, OnValue read) {
  return ReadListWith(value, [&](simdjson::ondemand::array array) {
    for (auto element : array) {
      JsonValue member;
      if (const auto code = element.get(member)) return Status(JsonError(code));
      if (IsNull(member)) continue;
      simdjson::ondemand::object object;
      if (member.get_object().get(object) != simdjson::SUCCESS) {
        return Status(MalformedError("expected a list of objects"));
      }
      if (auto status = read(object); !status) return status;
    }
    return Ok();
  });
}

}  // namespace polyhouse
