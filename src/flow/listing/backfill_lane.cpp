#include "flow/listing/backfill_lane.h"

#include <algorithm>

#include "codec/timestamp.h"

namespace polyhouse {
namespace {

/// Pages that are looked through for rows without an end date.
constexpr int kUndatedSample = 3;

}  // namespace

Result<LaneProgress> BackfillLane::Step(std::stop_token stop) {
  if (waits_for_mark_) {
    const auto discovered = tools_.pages.source().Get(LaneState("discover"));
    if (!discovered) return discovered.error();
    if (discovered->empty()) return LaneProgress::kRound;
    waits_for_mark_ = false;
  }
  if (!range_) {
    auto range = book_.Take();
    if (!range) return std::move(range).error();
    if (!*range) {
      if (book_.TellEnd()) {
        ReportShare();
        tools_.events.LaneFinished({tools_.pages.names().ingester, name()});
      }
      return LaneProgress::kRound;
    }
    range_ = std::move(*range);
    resumed_ = !range_->cursor.empty();
    guard_.Restart();
  }
  const auto page = FetchPage(tools_, Request(), stop);
  if (!page) return AfterFailure(page.error());
  const auto verdict = guard_.Check(range_->cursor, page->page);
  if (!verdict) return verdict.error();
  auto checked = CheckDates(page->page);
  if (checked) checked = CheckUndated(page->page, stop);
  if (!checked) {
    not_by_date_ = checked.error().kind == ErrorKind::kRejected;
    return std::move(checked).error();
  }
  if (*verdict == WalkVerdict::kConfirm) return LaneProgress::kMore;
  if (auto status = StoreAndAdvance(*page, EndsAt(page->page, *verdict)); !status) {
    return std::move(status).error();
  }
  ReportShare();
  return range_ ? LaneProgress::kMore : LaneProgress::kPart;
}

PageRequest BackfillLane::Request() const {
  PageRequest request{.state = range_->half, .cursor = range_->cursor};
  if (range_->kind == RangeKind::kUndated) request.order = ListingOrder::kEndDateFalling;
  if (range_->kind == RangeKind::kDated) {
    request.order = ListingOrder::kEndDateRising;
    request.end_from = range_->from;
    request.end_until = range_->begun == 0 ? range_->to : range_->asked_to;
  }
  return request;
}

/// The order and the filter of a dated range are what its bounds rest on: both are seen to hold on
/// every page.
Status BackfillLane::CheckDates(const ListingPage& page) const {
  if (range_->kind != RangeKind::kDated) return Ok();
  std::optional<Timestamp> before = range_->reached ? range_->reached : range_->from;
  bool has_undated = false;
  for (const ListedRow& row : page.rows) {
    if (!row.end) {
      has_undated = true;
      continue;
    }
    if ((before && *row.end < *before) || has_undated) {
      return RejectedError("the API does not give rows by end date: record " + row.id +
                           " is out of its place");
    }
    before = row.end;
  }
  return Ok();
}

/// Nothing says where an API puts rows without the date it orders by. When they are not first there
/// may be none; a sample of the half by id tells, the oldest ones being the likeliest to lack it.
Status BackfillLane::CheckUndated(const ListingPage& page, std::stop_token stop) {
  if (range_->kind != RangeKind::kUndated || !range_->cursor.empty()) return Ok();
  if (page.rows.empty() || !page.rows.front().end) return Ok();
  std::string cursor;
  std::string walk;
  for (int i = 0; i < kUndatedSample; ++i) {
    const auto sample = FetchPage(tools_, {.state = range_->half, .cursor = cursor}, stop);
    if (!sample) return sample.error();
    if (walk.empty()) {
      walk = std::string(ToString(range_->half)) + "/sample/" +
             std::to_string(sample->request.version);
    }
    // It is read, so it is kept.
    const bool ends = i + 1 == kUndatedSample || sample->page.next_cursor.empty();
    if (auto status = StorePage(tools_, *sample, sample->Origin(name(), walk, ends)); !status) {
      return status;
    }
    for (const ListedRow& row : sample->page.rows) {
      if (!row.end) {
        return RejectedError("the API does not give rows without an end date first, such as " +
                             row.id);
      }
    }
    cursor = sample->page.next_cursor;
    if (cursor.empty()) break;
  }
  return Ok();
}

bool BackfillLane::EndsAt(const ListingPage& page, WalkVerdict verdict) const {
  if (verdict == WalkVerdict::kEnd) return true;
  if (range_->kind == RangeKind::kWhole) return false;
  return std::any_of(page.rows.begin(), page.rows.end(), [this](const ListedRow& row) {
    if (range_->kind == RangeKind::kUndated) return row.end.has_value();
    return !row.end || (range_->to && *row.end >= *range_->to);
  });
}

Status BackfillLane::StoreAndAdvance(const FetchedPage& page, bool ends) {
  Range next = *range_;
  if (next.begun == 0) {
    next.begun = page.request.version;
    next.asked_to = page.request.end_until;
  }
  next.cursor = ends ? "" : page.page.next_cursor;
  next.done = ends;
  ++next.pages;
  for (const ListedRow& row : page.page.rows) {
    if (row.end && next.kind == RangeKind::kDated) next.reached = row.end;
  }
  AppendTransaction with = book_.Advance(next);
  with.add.emplace_back(tools_.pages.source().Key(kBackfilledState),
                        static_cast<std::int64_t>(page.page.records()));
  if (page.half_ignored) {
    with.set.emplace_back(tools_.pages.source().Key(IgnoredSuffix(next.half)),
                          FormatTime(tools_.pages.source().clock().Now()));
  }
  auto status =
      StorePage(tools_, page, page.Origin(name(), next.WalkName(), ends), std::move(with));
  if (!status) return status;
  guard_.Accept(page.request.cursor, page.page);
  range_ = book_.Accept(next, page.page.records());
  resumed_ = false;
  if (range_->done) range_.reset();
  return Ok();
}

/// Ids are dense, so the newest one says about how many records there are.
void BackfillLane::ReportShare() {
  if (newest_id_ == 0)
    newest_id_ = IdNumber(tools_.pages.source().Get(kNewestIdState).value_or(""));
  if (newest_id_ == 0) return;
  constexpr double kAlmost = 0.99;
  const double share = static_cast<double>(book_.records()) / static_cast<double>(newest_id_);
  tools_.events.BackfillAdvanced(tools_.pages.names().ingester,
                                 book_.IsDone() ? 1 : std::min(share, kAlmost));
}

Error BackfillLane::AfterFailure(Error error) {
  // A cursor kept from an earlier run may have lost its meaning; the walk can always begin anew.
  if (error.kind == ErrorKind::kRejected && resumed_) {
    return std::move(error).WithContext("the cursor of an earlier run is refused");
  }
  return error;
}

Status BackfillLane::Restart() {
  if (std::exchange(not_by_date_, false)) {
    if (auto status = book_.FallBack(); !status) {
      not_by_date_ = true;
      return status;
    }
  } else if (range_) {
    if (auto status = book_.Restart(range_->number); !status) return status;
  }
  range_.reset();
  return Ok();
}

}  // namespace polyhouse
