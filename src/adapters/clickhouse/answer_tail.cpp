#include "adapters/clickhouse/answer_tail.h"

#include <strings.h>

#include <algorithm>
#include <cctype>

namespace polyhouse {
namespace {

/// ClickHouse cuts such a text at 16 KiB; the rest is room for the marks.
constexpr std::size_t kHeld = 24UL << 10U;
constexpr std::string_view kMark = "__exception__\r\n";

std::string_view WithoutEndOfLine(std::string_view text) {
  while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

/// "\r\n__exception__\r\nTAG\r\nTEXT\r\nSIZE TAG\r\n__exception__\r\n"
std::optional<AnswerException> FindMarked(std::string_view body, std::string_view tag) {
  if (!body.ends_with(kMark)) return {};
  const auto inner = body.substr(0, body.size() - kMark.size());
  const auto mark = inner.rfind(std::string(kMark).append(tag));
  if (mark == std::string_view::npos) return {};
  auto text = inner.substr(mark + kMark.size());
  text.remove_prefix(std::min(text.size(), text.find("\r\n") + 2));  // The tag.
  text = WithoutEndOfLine(text);
  text = text.substr(0, text.rfind("\r\n"));  // The size and the tag.
  return AnswerException{.at = mark >= 2 ? mark - 2 : mark, .text = std::string(text)};
}

/// Whether an exception's text begins here: "Code: 60. DB::Exception: ", in 2018 "Code: 60,
/// e.displayText() = DB::Exception: ".
bool BeginsException(std::string_view text) {
  constexpr std::string_view kCode = "Code: ";
  if (!text.starts_with(kCode)) return false;
  text.remove_prefix(kCode.size());
  const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
  text.remove_prefix(digits);
  return digits > 0 && (text.starts_with(". DB::") || text.starts_with(", e.displayText() = "));
}

/// In front of an exception: the start, a line end, or the field of a result in JSON.
bool MayPrecede(std::string_view before) {
  return before.empty() || before.ends_with('\n') || before.ends_with("\"exception\": \"") ||
         before.ends_with("\"exception\":\"") || before.ends_with("<exception>");
}

/// What ClickHouse puts behind its words: the name of the error, the version.
bool IsClosed(std::string_view text) {
  text = WithoutEndOfLine(text);
  const auto name = text.substr(std::min(text.rfind('(') + 1, text.size()));
  const bool has_name = name.size() > 1 && name.ends_with(')') &&
                        std::all_of(name.begin(), name.end() - 1, [](unsigned char c) {
                          return std::isupper(c) != 0 || std::isdigit(c) != 0 || c == '_';
                        });
  return has_name || text.find("(version ") != std::string_view::npos ||
         text.find("e.what() = ") != std::string_view::npos;
}

std::optional<AnswerException> FindPlain(std::string_view body, AnswerEnd end) {
  for (auto at = body.rfind("Code: "); at != std::string_view::npos;
       at = at == 0 ? std::string_view::npos : body.rfind("Code: ", at - 1)) {
    const auto text = body.substr(at);
    if (!BeginsException(text) || !MayPrecede(body.substr(0, at))) continue;
    // In the place of a result it needs no more to be known.
    if (end == AnswerEnd::kWhole && at > 0 && !IsClosed(text)) return {};
    return AnswerException{.at = at, .text = std::string(WithoutEndOfLine(text))};
  }
  return {};
}

}  // namespace

bool AnswerTail::Take(std::string_view piece) {
  held_.append(piece);
  return held_.size() < 2 * kHeld || Release(held_.size() - kHeld);
}

bool AnswerTail::Release(std::size_t size) {
  if (size == 0) return true;
  holds_all_ = false;
  const bool wants_more = on_data_(std::string_view(held_).substr(0, size));
  held_.erase(0, size);
  return wants_more;
}

std::optional<AnswerException> FindException(std::string_view body,
                                             std::string_view tag,
                                             AnswerEnd end) {
  if (auto marked = FindMarked(body, tag)) return marked;
  if (!tag.empty() && end == AnswerEnd::kWhole) return {};
  return FindPlain(body, end);
}

bool IsHtmlPage(std::string_view body) {
  const auto begin = std::find_if_not(
      body.begin(), body.end(), [](unsigned char c) { return std::isspace(c) != 0; });
  const std::string_view text(begin, body.end());
  const auto starts_with = [&](std::string_view what) {
    return text.size() >= what.size() && strncasecmp(text.data(), what.data(), what.size()) == 0;
  };
  return starts_with("<!doctype html") || starts_with("<html");
}

}  // namespace polyhouse
