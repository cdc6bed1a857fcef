#include "json_scan.h"

namespace polyhouse {
namespace {

constexpr std::string_view kSpace = " \t\r\n";

std::size_t SkipSpace(std::string_view json, std::size_t at) {
  const std::size_t next = json.find_first_not_of(kSpace, at);
  return next == std::string_view::npos ? json.size() : next;
}

/// The position after the string that starts at `at` with a quote.
std::size_t SkipString(std::string_view json, std::size_t at) {
  for (++at; at < json.size() && json[at] != '"'; ++at) {
    if (json[at] == '\\') ++at;
  }
  return at < json.size() ? at + 1 : json.size();
}

/// The position after the array or object that starts at `at`.
std::size_t SkipNested(std::string_view json, std::size_t at) {
  std::size_t depth = 0;
  while (at < json.size()) {
    const char c = json[at];
    if (c == '"') {
      at = SkipString(json, at);
      continue;
    }
    ++at;
    if (c == '{' || c == '[') ++depth;
    if ((c == '}' || c == ']') && --depth == 0) return at;
  }
  return at;
}

/// The position after the value that starts at `at`.
std::size_t SkipValue(std::string_view json, std::size_t at) {
  if (at >= json.size()) return at;
  if (json[at] == '"') return SkipString(json, at);
  if (json[at] == '{' || json[at] == '[') return SkipNested(json, at);
  const std::size_t end = json.find_first_of(",]} \t\r\n", at);
  return end == std::string_view::npos ? json.size() : end;
}

}  // namespace

std::vector<JsonField> FieldsOf(std::string_view json) {
  std::vector<JsonField> fields;
  std::size_t at = SkipSpace(json, 0);
  if (at >= json.size() || json[at] != '{') return fields;
  at = SkipSpace(json, at + 1);
  while (at < json.size() && json[at] == '"') {
    const std::size_t start = at;
    at = SkipString(json, at);
    const std::string_view key = json.substr(start + 1, at - start - 2);
    const std::size_t value = SkipSpace(json, SkipSpace(json, at) + 1);
    at = SkipValue(json, value);
    fields.push_back({key, json.substr(value, at - value), json.substr(start, at - start)});
    at = SkipSpace(json, at);
    if (at < json.size() && json[at] == ',') at = SkipSpace(json, at + 1);
  }
  return fields;
}

std::vector<std::string_view> ElementsOf(std::string_view json) {
  std::vector<std::string_view> elements;
  std::size_t at = SkipSpace(json, 0);
  if (at >= json.size() || json[at] != '[') return elements;
  at = SkipSpace(json, at + 1);
  while (at < json.size() && json[at] != ']') {
    const std::size_t end = SkipValue(json, at);
    elements.push_back(json.substr(at, end - at));
    at = SkipSpace(json, end);
    if (at < json.size() && json[at] == ',') at = SkipSpace(json, at + 1);
  }
  return elements;
}

std::optional<std::string_view> FindField(std::string_view json, std::string_view key) {
  for (const JsonField& field : FieldsOf(json)) {
    if (field.key == key) return field.value;
  }
  return std::nullopt;
}

std::string WithoutField(std::string_view json, std::string_view key) {
  const std::vector<JsonField> fields = FieldsOf(json);
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].key != key) continue;
    const auto offset = [json](const char* at) {
      return static_cast<std::size_t>(at - json.data());
    };
    // The comma that goes with it: the one before, or for the first key the one after.
    const auto& last_char_before = i > 0 ? fields[i - 1].text : fields[i].text.substr(0, 0);
    std::size_t from = offset(last_char_before.data() + last_char_before.size());
    std::size_t to = offset(fields[i].text.data() + fields[i].text.size());
    if (i == 0 && fields.size() > 1) to = offset(fields[1].text.data());
    return std::string(json.substr(0, from)).append(json.substr(to));
  }
  return std::string(json);
}

std::string WithField(std::string_view json, std::string_view key, std::string_view value) {
  const std::optional<std::string_view> old = FindField(json, key);
  if (!old) {
    return WithFieldsAtEnd(json, std::string("\"").append(key).append("\":").append(value));
  }
  const auto from = static_cast<std::size_t>(old->data() - json.data());
  return std::string(json.substr(0, from)).append(value).append(json.substr(from + old->size()));
}

std::string WithFieldsAtEnd(std::string_view json, std::string_view fields) {
  const std::size_t brace = json.find_last_of('}');
  const std::size_t last = json.find_last_not_of(kSpace, brace - 1);
  std::string out(json.substr(0, last + 1));
  if (json[last] != '{') out += ',';
  return out.append(fields).append(json.substr(brace));
}

}  // namespace polyhouse
