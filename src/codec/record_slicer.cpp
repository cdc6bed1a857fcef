#include "codec/record_slicer.h"

#include <algorithm>

namespace polyhouse {
namespace {

constexpr std::string_view kSpace = " \t\r\n";

std::string_view Trim(std::string_view text) {
  const auto begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

/// The position after the string that starts at `at`, or npos.
std::size_t SkipString(std::string_view text, std::size_t at) {
  for (++at; at < text.size(); ++at) {
    if (text[at] == '\\') {
      ++at;
    } else if (text[at] == '"') {
      return at + 1;
    }
  }
  return std::string_view::npos;
}

/// How many bytes the valid UTF-8 sequence at the start of `text` takes; zero when there is none.
std::size_t Utf8Length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC2 ? 2 : 0;
  if (length == 0 || first > 0xF4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return 0;
  }
  const bool overlong = (first == 0xE0 && byte(1) < 0xA0) || (first == 0xF0 && byte(1) < 0x90);
  const bool surrogate = first == 0xED && byte(1) > 0x9F;
  const bool too_large = first == 0xF4 && byte(1) > 0x8F;
  return overlong || surrogate || too_large ? 0 : length;
}

bool IsControl(char c) {
  return static_cast<unsigned char>(c) < 0x20;
}

}  // namespace

Result<std::vector<std::string_view>> SliceArray(std::string_view text) {
  std::vector<std::string_view> elements;
  std::size_t depth = 0;
  std::size_t begin = 1;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '\\') {
      // Outside of strings too, as the JSON library sees it: else the two would find other strings.
      if (at + 1 < text.size() && (text[at + 1] == '"' || text[at + 1] == '\\')) ++at;
    } else if (c == '"') {
      at = SkipString(text, at);
      if (at == std::string_view::npos) break;
      --at;
    } else if (c == '[' || c == '{') {
      ++depth;
    } else if (c == ']' || c == '}') {
      if (--depth > 0) continue;
      const auto last = Trim(text.substr(begin, at - begin));
      if (!last.empty()) elements.push_back(last);
      return elements;
    } else if (c == ',' && depth == 1) {
      elements.push_back(Trim(text.substr(begin, at - begin)));
      begin = at + 1;
    }
  }
  return MalformedError("the JSON array does not end");
}

std::string WithoutForbiddenBytes(std::string_view text) {
  std::string clean(text);
  bool in_string = false;
  bool escaped = false;
  for (std::size_t at = 0; at < clean.size();) {
    const char c = text[at];
    const std::size_t length = Utf8Length(text.substr(at));
    if (length == 0 || (in_string && IsControl(c))) clean[at] = '?';
    at += std::max<std::size_t>(length, 1);
    if (escaped) {
      escaped = false;
    } else if (c == '"') {
      in_string = !in_string;
    } else {
      escaped = c == '\\';
    }
  }
  return clean;
}

}  // namespace polyhouse
