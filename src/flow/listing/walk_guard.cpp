#include "flow/listing/walk_guard.h"

#include <algorithm>

namespace polyhouse {
namespace {

/// How often a page that leads nowhere is asked for again before the walk is given up.
constexpr std::uint32_t kMaxStuck = 5;

}  // namespace

Result<WalkVerdict> WalkGuard::Check(const std::string& cursor, const ListingPage& page) {
  auto verdict = Verdict(cursor, page);
  if (verdict || ++stuck_ < kMaxStuck) return verdict;
  return RejectedError(verdict.error().message + ", " + std::to_string(stuck_) + " times");
}

Result<WalkVerdict> WalkGuard::Verdict(const std::string& cursor, const ListingPage& page) {
  const bool last = page.next_cursor.empty();
  if (page.records() == 0) {
    if (!last) return TransientError("the API sent an empty page that claims to have a successor");
    if (std::exchange(empty_before_, true)) return WalkVerdict::kEnd;
    return WalkVerdict::kConfirm;
  }
  empty_before_ = false;
  if (!last && (page.next_cursor == cursor ||
                cursors_.contains(std::hash<std::string>()(page.next_cursor)))) {
    return TransientError("the API repeats a cursor of this walk");
  }
  const bool all_known =
      std::all_of(page.rows.begin(), page.rows.end(), [this](const ListedRow& row) {
        return ids_.Contains(row.id);
      });
  if (!page.rows.empty() && all_known)
    return TransientError("the API sent a page with no id new to this walk");
  return last ? WalkVerdict::kEnd : WalkVerdict::kAdvance;
}

void WalkGuard::Accept(const std::string& cursor, const ListingPage& page) {
  for (const ListedRow& row : page.rows) ids_.Insert(row.id);
  cursors_.insert(std::hash<std::string>()(cursor));
  stuck_ = 0;
}

void WalkGuard::Restart() {
  ids_.Clear();
  cursors_.clear();
  stuck_ = 0;
  empty_before_ = false;
}

}  // namespace polyhouse
