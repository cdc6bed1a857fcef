#include "clob_listing.h"

#include <algorithm>
#include <charconv>

#include "base64.h"

namespace polyhouse {
namespace {

constexpr std::string_view kEndCursor = "LTE=";  // base64 of -1
constexpr std::string_view kPrefix = "id:";

}  // namespace

std::string EncodeClobCursor(ClobPosition position) {
  if (!position) return std::string(kEndCursor);
  return EncodeBase64(std::string(kPrefix) + std::to_string(*position));
}

ClobPosition DecodeClobCursor(std::string_view cursor) {
  if (cursor == kEndCursor) return std::nullopt;
  const std::size_t padding = std::min(cursor.find('='), cursor.size());
  const std::optional<std::string> text = DecodeBase64Url(cursor.substr(0, padding));
  if (!text || !text->starts_with(kPrefix)) return 0;
  std::uint64_t id = 0;
  const char* end = text->data() + text->size();
  const auto parsed = std::from_chars(text->data() + kPrefix.size(), end, id);
  return parsed.ec == std::errc() && parsed.ptr == end ? id : 0;
}

ClobPages::Page ClobPages::After(std::uint64_t id) const {
  Page page;
  for (RowNumber row = FirstAfter(id); row < markets_.Count(); ++row) {
    if (!Lists(row)) continue;
    if (page.rows.size() == kPageSize) {
      page.next = markets_.Id(page.rows.back());
      break;
    }
    page.rows.push_back(row);
  }
  return page;
}

std::vector<RowNumber> ClobPages::Before(std::uint64_t id) const {
  std::vector<RowNumber> rows;
  for (RowNumber row = FirstAfter(id); row > 0 && rows.size() < kPageSize; --row) {
    if (Lists(row - 1)) rows.push_back(row - 1);
  }
  std::ranges::reverse(rows);
  return rows;
}

RowNumber ClobPages::FirstAfter(std::uint64_t id) const {
  RowNumber first = 0;
  RowNumber end = markets_.Count();
  while (first < end) {
    const RowNumber middle = first + (end - first) / 2;
    (markets_.Id(middle) <= id ? first : end) = markets_.Id(middle) <= id ? middle + 1 : middle;
  }
  return first;
}

bool ClobPages::Lists(RowNumber row) const {
  const Visibility visibility = markets_.VisibilityOf(row, kNow);
  return markets_.HasCondition(row) && visibility != Visibility::kGone &&
         visibility != Visibility::kAwaited;
}

}  // namespace polyhouse
