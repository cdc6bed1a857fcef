#include "flow/listing/canary_lane.h"

#include <algorithm>

#include "codec/timestamp.h"
#include "flow/listing/half_trust.h"
#include "flow/listing/id_set.h"
#include "flow/listing/range_book.h"

namespace polyhouse {
namespace {

/// The API's cap since 2026-05-14; asking for more is not refused.
constexpr std::size_t kPageCap = 100;
constexpr std::size_t kMoreThanCap = 500;
/// A page with fewer records says nothing about which fields there are.
constexpr std::size_t kEnough = 20;
constexpr int kAttempts = 3;
constexpr std::string_view kClosedFilter = "closed_filter";

std::string Count(std::size_t count, std::string_view what) {
  return std::to_string(count) + " " + std::string(what);
}

/// Whether the column is empty in every row. Quotes within a text are escaped, so this is the
/// column's own place.
bool IsEmptyInAll(const std::vector<ListedRow>& rows, std::string_view column) {
  const std::string text = "\"" + std::string(column) + "\":\"\"";
  const std::string list = "\"" + std::string(column) + "\":[]";
  const std::string zero = "\"" + std::string(column) + "\":\"0\"";
  return std::all_of(rows.begin(), rows.end(), [&](const ListedRow& row) {
    return row.data.find(text) != std::string::npos || row.data.find(list) != std::string::npos ||
           row.data.find(zero) != std::string::npos;
  });
}

void AddEmptyColumns(const std::vector<ListedRow>& rows,
                     std::span<const std::string_view> columns,
                     std::string& finding) {
  if (rows.size() < kEnough) return;
  for (const std::string_view column : columns) {
    if (!IsEmptyInAll(rows, column)) continue;
    finding += finding.empty() ? "" : ", ";
    finding += std::string(column) + " is empty in all of " + Count(rows.size(), "records");
  }
}

}  // namespace

const std::vector<CanaryLane::Assumption>& CanaryLane::Assumptions() {
  static const std::vector<Assumption> assumptions = {
      {"page_cap",
       "pages are read as they come, so nothing is lost, but a walk takes more or fewer requests",
       &CanaryLane::CheckPageCap},
      {"cursor",
       "no walk gets to its end: nothing is stored beyond the first pages until this is mended",
       &CanaryLane::CheckCursor},
      {"order",
       "new records are found by the refresh lane only, and those that open and close between two "
       "of its rounds only by reconcile",
       &CanaryLane::CheckOrder},
      {"end_date_order",
       "the backfill reads each half whole, by id, which takes longer",
       &CanaryLane::CheckEndDateOrder},
      {"end_date_filter",
       "the backfill reads each half whole, by id, which takes longer",
       &CanaryLane::CheckEndDateFilter},
      {"closed_default",
       "nothing: every request says which half it wants",
       &CanaryLane::CheckClosedDefault},
      {kClosedFilter,
       "records say themselves whether they are closed, so tables stay right, but walks take "
       "longer",
       &CanaryLane::CheckClosedFilter},
      {"id_filter",
       "the settle lane looks records up one by one, which takes longer",
       &CanaryLane::CheckIdFilter},
      {"new_fields", "records are stored without them", &CanaryLane::CheckNewFields},
      {"missing_fields",
       "their columns are empty in what is read from now on; a newer version may know their new "
       "names",
       &CanaryLane::CheckMissingFields},
      {"dates",
       "they are read as seconds or milliseconds since 1970, by their length",
       &CanaryLane::CheckDates},
      {"records",
       "records that cannot be read are kept whole as dead letters: polyhouse dlq list, and replay "
       "them with a version that can",
       &CanaryLane::CheckRecords},
  };
  return assumptions;
}

Result<LaneProgress> CanaryLane::Step(std::stop_token stop) {
  const auto ingester = tools_.pages.names().ingester;
  std::map<std::string, std::string, std::less<>> broken;
  bool heeds_halves = false;
  for (const Assumption& assumption : Assumptions()) {
    const auto finding = CheckPatiently(assumption, stop);
    if (stop.stop_requested()) return StoppingError();
    if (!finding && finding.error().kind == ErrorKind::kConfig) return finding.error();
    const auto before = broken_.find(assumption.name);
    if (!finding) {
      // No answer is no news.
      if (before != broken_.end()) broken.insert(*before);
      continue;
    }
    if (finding->empty()) {
      heeds_halves = heeds_halves || assumption.name == kClosedFilter;
      if (before != broken_.end()) tools_.events.AssumptionHolds(ingester, assumption.name);
      continue;
    }
    if (before == broken_.end() || before->second != *finding) {
      tools_.events.AssumptionBroken(ingester, assumption.name, *finding, assumption.consequence);
    }
    broken.emplace(assumption.name, *finding);
  }
  broken_ = std::move(broken);
  tools_.events.AssumptionsChecked(ingester, broken_);
  std::string text = FormatTime(tools_.pages.source().clock().Now());
  for (const auto& [name, finding] : broken_) text += "\n" + name + ": " + finding;
  auto status =
      tools_.pages.source().Append({.set = {{tools_.pages.source().Key(kCanaryState), text}}});
  if (status && heeds_halves) status = ReadIgnoredHalves();
  if (!status) return std::move(status).error();
  return LaneProgress::kRound;
}

/// What the backfill took for a half was the other one: all lanes begin anew from there.
Status CanaryLane::ReadIgnoredHalves() {
  bool any = false;
  for (const OpenState half : {OpenState::kOpen, OpenState::kClosed}) {
    const auto since = tools_.pages.source().Get(IgnoredSuffix(half));
    if (!since) return since.error();
    if (since->empty()) continue;
    any = true;
    tools_.events.HalfListedAgain(tools_.pages.names().ingester, ToString(half));
  }
  if (!any) return Ok();
  return tools_.pages.source().SetBack(
      {.set = {{tools_.pages.source().Key(kCursorState), std::string(kRangesPosition)}}});
}

CanaryLane::Finding CanaryLane::CheckPatiently(const Assumption& assumption, std::stop_token stop) {
  Finding finding{std::string()};
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    finding = (this->*assumption.check)(stop);
    if (stop.stop_requested() || (finding && finding->empty())) break;
  }
  return finding;
}

Result<ListingPage> CanaryLane::Ask(PageRequest request, std::stop_token stop) {
  request.version = tools_.pages.source().NextVersion();
  return tools_.listing.Fetch(request, std::move(stop));
}

CanaryLane::Finding CanaryLane::CheckPageCap(std::stop_token stop) {
  const auto page = Ask({.state = OpenState::kClosed, .limit = kMoreThanCap}, stop);
  if (!page) return page.error();
  if (page->next_cursor.empty() || page->records() == kPageCap) return std::string();
  return "asked for " + std::to_string(kMoreThanCap) + ", it gave " +
         Count(page->records(), "records") + " in place of " + std::to_string(kPageCap);
}

CanaryLane::Finding CanaryLane::CheckCursor(std::stop_token stop) {
  const auto first = Ask({.state = OpenState::kClosed}, stop);
  if (!first) return first.error();
  if (first->next_cursor.empty()) return std::string();
  const auto second = Ask({.state = OpenState::kClosed, .cursor = first->next_cursor}, stop);
  if (!second) return second.error();
  IdSet ids;
  for (const ListedRow& row : first->rows) ids.Insert(row.id);
  const auto repeated = std::count_if(second->rows.begin(),
                                      second->rows.end(),
                                      [&](const ListedRow& row) { return ids.Contains(row.id); });
  if (repeated > 0) {
    return Count(static_cast<std::size_t>(repeated), "records of the first page are on the second");
  }
  if (second->next_cursor == first->next_cursor) {
    return std::string("the second page has the cursor of the first");
  }
  return std::string();
}

CanaryLane::Finding CanaryLane::CheckOrder(std::stop_token stop) {
  for (const auto order : {ListingOrder::kOldestFirst, ListingOrder::kNewestFirst}) {
    const auto page = Ask({.order = order}, stop);
    if (!page) return page.error();
    const bool is_rising = order == ListingOrder::kOldestFirst;
    for (std::size_t i = 1; i < page->rows.size(); ++i) {
      const std::uint64_t before = IdNumber(page->rows[i - 1].id);
      const std::uint64_t id = IdNumber(page->rows[i].id);
      if (id == before || (id > before) != is_rising) {
        return "asked for ids that " + std::string(is_rising ? "rise" : "fall") + ", it gave " +
               page->rows[i].id + " after " + page->rows[i - 1].id;
      }
    }
  }
  return std::string();
}

CanaryLane::Finding CanaryLane::CheckEndDateOrder(std::stop_token stop) {
  const auto page = Ask({.state = OpenState::kClosed, .order = ListingOrder::kEndDateRising}, stop);
  if (!page) return page.error();
  for (std::size_t i = 1; i < page->rows.size(); ++i) {
    const ListedRow& before = page->rows[i - 1];
    const ListedRow& row = page->rows[i];
    // Records without a date come last.
    if (!row.end) continue;
    if (!before.end || *row.end < *before.end) {
      return "record " + row.id + " is out of its place by end date";
    }
  }
  const auto last =
      Ask({.state = OpenState::kClosed, .order = ListingOrder::kEndDateFalling}, stop);
  if (!last) return last.error();
  if (last->rows.empty() || !last->rows.front().end) return std::string();
  // No record without a date, or they come last.
  const auto oldest = Ask({.state = OpenState::kClosed}, stop);
  if (!oldest) return oldest.error();
  for (const ListedRow& row : oldest->rows) {
    if (!row.end) return std::string("by falling end date, records without one do not come first");
  }
  return std::string();
}

CanaryLane::Finding CanaryLane::CheckEndDateFilter(std::stop_token stop) {
  const auto page = Ask({.state = OpenState::kClosed, .order = ListingOrder::kEndDateRising}, stop);
  if (!page) return page.error();
  const auto dated = std::find_if(
      page->rows.rbegin(), page->rows.rend(), [](const ListedRow& row) { return row.end; });
  if (dated == page->rows.rend()) return std::string();
  // The first of this page are earlier, unless all are of one moment.
  const Timestamp from = std::chrono::floor<std::chrono::seconds>(*dated->end);
  const auto filtered = Ask(
      {.state = OpenState::kClosed, .order = ListingOrder::kEndDateRising, .end_from = from}, stop);
  if (!filtered) return filtered.error();
  for (const ListedRow& row : filtered->rows) {
    if (!row.end || *row.end < from) {
      return "asked for end dates from " + FormatTime(from) + " on, it gave record " + row.id;
    }
  }
  return std::string();
}

CanaryLane::Finding CanaryLane::CheckClosedDefault(std::stop_token stop) {
  const auto page = Ask({.either_half = true}, stop);
  if (!page) return page.error();
  const auto closed = std::count_if(
      page->rows.begin(), page->rows.end(), [](const ListedRow& row) { return row.closed; });
  if (closed == 0) return std::string();
  return "without closed, it gave " + Count(static_cast<std::size_t>(closed), "closed records");
}

CanaryLane::Finding CanaryLane::CheckClosedFilter(std::stop_token stop) {
  for (const OpenState half : {OpenState::kOpen, OpenState::kClosed}) {
    const auto page = Ask({.state = half}, stop);
    if (!page) return page.error();
    for (const ListedRow& row : page->rows) {
      if (row.closed != (half == OpenState::kClosed)) {
        return "among the " + std::string(ToString(half)) + " ones is record " + row.id +
               ", which is not";
      }
    }
  }
  return std::string();
}

CanaryLane::Finding CanaryLane::CheckIdFilter(std::stop_token stop) {
  const auto page = Ask({}, stop);
  if (!page) return page.error();
  if (page->rows.size() < 2) return std::string();
  const auto& wanted = page->rows[page->rows.size() / 2].id;
  const auto found = Ask({.ids = {wanted}}, stop);
  if (!found) return found.error();
  for (const ListedRow& row : found->rows) {
    if (row.id != wanted) return "asked for id " + wanted + ", it gave record " + row.id;
  }
  return std::string();
}

CanaryLane::Finding CanaryLane::CheckNewFields(std::stop_token stop) {
  const auto page = Ask({.order = ListingOrder::kNewestFirst}, stop);
  if (!page) return page.error();
  // A field of a single record is an oddity of that record.
  std::string finding;
  for (const auto& [field, times] : page->unknown_fields) {
    if (times * 2 < page->records()) continue;
    finding += (finding.empty() ? "" : ", ") + field;
  }
  return finding;
}

CanaryLane::Finding CanaryLane::CheckMissingFields(std::stop_token stop) {
  const auto open = Ask({.order = ListingOrder::kNewestFirst}, stop);
  if (!open) return open.error();
  const auto closed = Ask({.state = OpenState::kClosed, .order = ListingOrder::kNewestFirst}, stop);
  if (!closed) return closed.error();
  std::string finding;
  const ListingType& type = tools_.pages.type();
  AddEmptyColumns(open->rows, type.filled, finding);
  AddEmptyColumns(closed->rows, type.filled_when_closed, finding);
  return finding;
}

CanaryLane::Finding CanaryLane::CheckDates(std::stop_token stop) {
  const auto page = Ask({.state = OpenState::kClosed, .order = ListingOrder::kNewestFirst}, stop);
  if (!page) return page.error();
  if (page->epoch_times == 0) return std::string();
  return Count(page->epoch_times, "times of ") + Count(page->records(), "records are numbers");
}

CanaryLane::Finding CanaryLane::CheckRecords(std::stop_token stop) {
  const auto page = Ask({.order = ListingOrder::kNewestFirst}, stop);
  if (!page) return page.error();
  if (page->bad.size() * 2 < page->records() || page->bad.empty()) return std::string();
  return Count(page->bad.size(), "of ") + std::to_string(page->records()) +
         " records cannot be read: " + page->bad.front().error.message;
}

}  // namespace polyhouse
