#include "json_object.h"

#include <array>
#include <charconv>

namespace polyhouse {
namespace {

void AppendEscape(std::string& out, char c) {
  static constexpr std::string_view kHex = "0123456789abcdef";
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      break;
  }
  out += "\\u00";
  out += kHex[static_cast<unsigned char>(c) >> 4U];
  out += kHex[static_cast<unsigned char>(c) & 15U];
}

bool NeedsEscape(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\' || c == '<' || c == '>' ||
         c == '&';
}

}  // namespace

void AppendApiString(std::string& out, std::string_view text) {
  out += '"';
  std::size_t plain = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!NeedsEscape(text[i])) continue;
    out.append(text.substr(plain, i - plain));
    AppendEscape(out, text[i]);
    plain = i + 1;
  }
  out.append(text.substr(plain));
  out += '"';
}

void AppendNumber(std::string& out, double value) {
  std::array<char, 400> digits{};  // the longest finite double in fixed notation has 309 digits
  const auto result =
      std::to_chars(digits.data(), digits.data() + digits.size(), value, std::chars_format::fixed);
  out.append(digits.data(), result.ptr);
}

std::string FormatNumber(double value) {
  std::string out;
  AppendNumber(out, value);
  return out;
}

void JsonObject::Key(std::string_view key) {
  out_ += first_ ? "\"" : ",\"";
  first_ = false;
  out_ += key;
  out_ += "\":";
}

void JsonObject::Text(std::string_view key, std::string_view value) {
  Key(key);
  AppendApiString(out_, value);
}

void JsonObject::Number(std::string_view key, double value) {
  Key(key);
  AppendNumber(out_, value);
}

void JsonObject::Integer(std::string_view key, std::int64_t value) {
  Key(key);
  out_ += std::to_string(value);
}

void JsonObject::Bool(std::string_view key, bool value) {
  Raw(key, value ? "true" : "false");
}

void JsonObject::Raw(std::string_view key, std::string_view json) {
  Key(key);
  out_ += json;
}

void JsonObject::Fields(std::string_view fields) {
  if (!first_) out_ += ',';
  first_ = false;
  out_ += fields;
}

}  // namespace polyhouse
