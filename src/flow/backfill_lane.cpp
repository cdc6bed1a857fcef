#include "flow/backfill_lane.h"

#include <algorithm>

namespace polyhouse {
namespace {

constexpr std::string_view kDone = "done";

/// The state key `…_cursor` holds "open CURSOR", "closed CURSOR" or "done".
std::string Position(OpenState walk, const std::string& cursor) {
  return std::string(ToString(walk)) + " " + cursor;
}

}  // namespace

Status BackfillLane::Load() {
  auto position = tools_.pages.State("_cursor");
  if (!position) return std::move(position).error();
  done_ = *position == kDone;
  if (done_) return Ok();
  const auto space = position->find(' ');
  if (space != std::string::npos) {
    walk_ = position->starts_with("closed") ? OpenState::kClosed : OpenState::kOpen;
    cursor_ = position->substr(space + 1);
  }
  resumed_ = !cursor_.empty();
  tools_.events.LaneStarted({tools_.pages.names().ingester, name()},
                            position->empty() ? "the beginning" : *position);
  return Ok();
}

Result<LaneProgress> BackfillLane::Step(std::stop_token stop) {
  PageRequest request{.state = walk_, .cursor = cursor_};
  const auto started = SteadyNow();
  const auto page = FetchPage(tools_, name(), request, std::move(stop));
  if (!page) return AfterFailure(page.error());
  const auto verdict = guard_.Check(cursor_, *page);
  if (!verdict) return verdict.error();
  if (*verdict == WalkVerdict::kConfirm) return LaneProgress::kMore;
  if (auto status = StoreAndAdvance(request, *page, *verdict); !status)
    return std::move(status).error();
  tools_.events.PageStored({tools_.pages.names().ingester, name()},
                           page->records(),
                           page->bad.size(),
                           SteadyNow() - started);
  ReportShare(*page);
  if (done_) tools_.events.LaneFinished({tools_.pages.names().ingester, name()});
  return done_ ? LaneProgress::kRound : LaneProgress::kMore;
}

/// Ids rise along each of the two walks, so the last id of a page says how far along it is.
void BackfillLane::ReportShare(const ListingPage& page) {
  if (newest_id_ == 0) newest_id_ = IdNumber(tools_.pages.State("_newest_id").value_or(""));
  if (newest_id_ == 0 || page.rows.empty()) return;
  const double along = std::min(
      1.0, static_cast<double>(IdNumber(page.rows.back().id)) / static_cast<double>(newest_id_));
  const double share = done_ ? 1 : (walk_ == OpenState::kOpen ? along : 1 + along) / 2;
  tools_.events.BackfillAdvanced(tools_.pages.names().ingester, share);
}

Error BackfillLane::AfterFailure(Error error) {
  // A cursor kept from an earlier run may have lost its meaning; the walk can always begin anew.
  if (error.kind == ErrorKind::kRejected && resumed_) {
    return std::move(error).WithContext("the cursor of an earlier run is refused");
  }
  return error;
}

Status BackfillLane::StoreAndAdvance(const PageRequest& request,
                                     const ListingPage& page,
                                     WalkVerdict verdict) {
  const bool walk_ends = verdict == WalkVerdict::kEnd;
  const bool all_ends = walk_ends && walk_ == OpenState::kClosed;
  const OpenState next_walk = walk_ends ? OpenState::kClosed : walk_;
  const std::string next_cursor = walk_ends ? "" : page.next_cursor;
  const std::string position = all_ends ? std::string(kDone) : Position(next_walk, next_cursor);
  auto status =
      tools_.pages.Store(page, request.version, {{tools_.pages.Key("_cursor"), position}});
  if (!status) return std::move(status).error().WithContext("storing a page");

  guard_.Accept(request.cursor, page);
  if (walk_ends) guard_.Restart();
  walk_ = next_walk;
  cursor_ = next_cursor;
  done_ = all_ends;
  resumed_ = false;
  return Ok();
}

Status BackfillLane::Restart() {
  auto status = tools_.pages.Save({{tools_.pages.Key("_cursor"), Position(OpenState::kOpen, "")}});
  if (!status) return status;
  guard_.Restart();
  walk_ = OpenState::kOpen;
  cursor_.clear();
  resumed_ = false;
  return Ok();
}

}  // namespace polyhouse
