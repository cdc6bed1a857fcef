#include "flow/listing/refresh_lane.h"

namespace polyhouse {

Result<LaneProgress> RefreshLane::Step(std::stop_token stop) {
  if (cursor_.empty()) begun_ = tools_.pages.BeginWalk();
  const auto page = FetchPage(tools_, {.cursor = cursor_}, std::move(stop));
  if (!page) return page.error();
  const auto verdict = guard_.Check(cursor_, page->page);
  if (!verdict) return verdict.error();
  if (*verdict == WalkVerdict::kConfirm) return LaneProgress::kMore;
  if (cursor_.empty()) {
    walk_name_ = "open/" + std::to_string(page->request.version);
  }
  const bool ends = *verdict == WalkVerdict::kEnd;
  if (auto status = StorePage(tools_, *page, page->Origin(name(), walk_name_, ends)); !status) {
    return std::move(status).error();
  }
  guard_.Accept(cursor_, page->page);
  for (const ListedRow& row : page->page.rows) seen_.Insert(row.id);
  cursor_ = page->page.next_cursor;
  return ends ? FinishWalk() : LaneProgress::kMore;
}

Result<LaneProgress> RefreshLane::FinishWalk() {
  const auto missing = tools_.pages.MarkMissing(seen_, begun_);
  if (auto status = Restart(); !status) return std::move(status).error();
  if (!missing) return missing.error();
  if (*missing > 0) tools_.events.RowsLeftOpenHalf(tools_.pages.names().ingester, *missing);
  return LaneProgress::kRound;
}

Status RefreshLane::Restart() {
  guard_.Restart();
  seen_.Clear();
  cursor_.clear();
  return Ok();
}

}  // namespace polyhouse
