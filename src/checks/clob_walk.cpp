#include "checks/clob_walk.h"

#include <algorithm>

namespace polyhouse {
namespace {

constexpr std::uint32_t kMaxStuck = 5;

}  // namespace

Status ClobWalk::Check(const WitnessPage& page) {
  std::string why;
  const bool any_new = std::any_of(page.rows.begin(), page.rows.end(), [this](const auto& market) {
    return !ids_.Contains(market.condition_id);
  });
  if (!page.next_cursor.empty() &&
      (page.next_cursor == cursor_ || cursors_.Contains(page.next_cursor))) {
    why = "the CLOB repeats a cursor of this walk";
  } else if (!page.rows.empty() && !any_new) {
    why = "the CLOB sent a page with no market new to this walk";
  } else if (page.records() == 0 && (!page.next_cursor.empty() || counts_.pages == 0)) {
    why = "the CLOB sent an empty page in the place of markets";
  } else {
    stuck_ = 0;
    return Ok();
  }
  if (++stuck_ < kMaxStuck) return TransientError(why);
  return RejectedError(why + ", " + std::to_string(stuck_) +
                       " times: run polyhouse reconcile again later");
}

Result<WitnessPage> ClobWalk::Next(std::uint64_t version, const std::stop_token& stop) {
  return retrier_.Do(
      [&]() -> Result<WitnessPage> {
        auto page = listing_.Fetch(cursor_, version, stop);
        if (!page) return page;
        if (auto status = Check(*page); !status) return std::move(status).error();
        return page;
      },
      stop);
}

Result<ClobWalkCounts> ClobWalk::Run(std::uint64_t version,
                                     const std::function<Status(const WitnessPage&)>& on_page,
                                     std::stop_token stop) {
  do {
    const auto page = Next(version, stop);
    if (!page) return page.error();
    if (auto status = on_page(*page); !status) return std::move(status).error();
    ++counts_.pages;
    counts_.without_id += page->without_id;
    counts_.bad += page->bad.size();
    for (const WitnessMarket& market : page->rows) ids_.Insert(market.condition_id);
    cursors_.Insert(cursor_);
    cursor_ = page->next_cursor;
  } while (!cursor_.empty());
  counts_.markets = ids_.size();
  return counts_;
}

}  // namespace polyhouse
