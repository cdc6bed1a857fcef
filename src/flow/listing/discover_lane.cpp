#include "flow/listing/discover_lane.h"

#include <algorithm>

namespace polyhouse {

Status DiscoverLane::Load() {
  const auto newest = tools_.pages.source().Get(kNewestIdState);
  if (!newest) return newest.error();
  known_newest_ = newest_ = IdNumber(*newest);
  return Ok();
}

bool DiscoverLane::MeetsKnownIds(const ListingPage& page) const {
  if (known_newest_ == 0) return true;
  // Of records that cannot be read nobody knows how old they are: look further down.
  if (page.rows.empty()) return false;
  return std::all_of(page.rows.begin(), page.rows.end(), [this](const ListedRow& row) {
    return IdNumber(row.id) <= known_newest_;
  });
}

/// Of the open half, which is read first: what was opened after that walk began is above its newest
/// id, though the closed half, read later, may have higher ones. Before the first mark the backfill
/// is still to come, which reads the open half again.
void DiscoverLane::NoteNewest(const ListingPage& page) {
  if (walk_ == OpenState::kOpen) open_is_empty_ = cursor_.empty() && page.records() == 0;
  if (walk_ == OpenState::kClosed && known_newest_ > 0 && !open_is_empty_) return;
  for (const ListedRow& row : page.rows) newest_ = std::max(newest_, IdNumber(row.id));
}

Result<LaneProgress> DiscoverLane::Step(std::stop_token stop) {
  const auto page =
      FetchPage(tools_,
                {.state = walk_, .order = ListingOrder::kNewestFirst, .cursor = cursor_},
                std::move(stop));
  if (!page) return page.error();
  const auto verdict = guard_.Check(cursor_, page->page);
  if (!verdict) return verdict.error();
  if (*verdict == WalkVerdict::kConfirm) return LaneProgress::kMore;
  const bool ends = *verdict == WalkVerdict::kEnd || MeetsKnownIds(page->page);
  if (cursor_.empty()) {
    walk_name_ = std::string(ToString(walk_)) + "/" + std::to_string(page->request.version);
  }
  if (auto status = StorePage(tools_, *page, page->Origin(name(), walk_name_, ends)); !status) {
    return std::move(status).error();
  }
  guard_.Accept(cursor_, page->page);
  NoteNewest(page->page);
  cursor_ = page->page.next_cursor;
  return ends ? FinishWalk() : LaneProgress::kMore;
}

Result<LaneProgress> DiscoverLane::FinishWalk() {
  guard_.Restart();
  cursor_.clear();
  if (walk_ == OpenState::kOpen) {
    walk_ = OpenState::kClosed;
    return LaneProgress::kMore;
  }
  walk_ = OpenState::kOpen;
  if (newest_ == known_newest_) return LaneProgress::kRound;
  // Only now: a round that dies half-way is repeated from the old mark.
  auto status = tools_.pages.source().Append(
      {.set = {{tools_.pages.source().Key(kNewestIdState), std::to_string(newest_)}}});
  if (!status) return std::move(status).error();
  known_newest_ = newest_;
  return LaneProgress::kRound;
}

Status DiscoverLane::Restart() {
  guard_.Restart();
  walk_ = OpenState::kOpen;
  cursor_.clear();
  return Ok();
}

}  // namespace polyhouse
