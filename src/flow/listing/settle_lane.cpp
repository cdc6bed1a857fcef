#include "flow/listing/settle_lane.h"

#include <algorithm>

namespace polyhouse {

Result<LaneProgress> SettleLane::Step(std::stop_token stop) {
  const Ids due = tools_.pages.Due(options_.batch);
  if (due.empty()) return LaneProgress::kRound;
  Ids left = due;
  auto looked = LookInHalf(OpenState::kClosed, left, stop);
  // What is due because its end date has passed is simply still open.
  std::erase_if(left, [this](const std::string& id) { return !tools_.pages.IsSought(id); });
  if (looked && !left.empty()) looked = LookInHalf(OpenState::kOpen, left, stop);
  if (!looked && looked.error().kind != ErrorKind::kRejected) return std::move(looked).error();
  // It cannot be asked for many at once: one by one, which takes longer.
  if (!looked) left = due;
  for (const std::string& id : left) {
    if (auto status = LookUpAlone(id, stop); !status) return std::move(status).error();
  }
  Ids asked = due;
  std::erase_if(asked, [&](const std::string& id) {
    return std::find(left.begin(), left.end(), id) != left.end();
  });
  const auto given_up = tools_.pages.NoteAsked(asked, options_.times);
  if (!given_up) return given_up.error();
  if (*given_up > 0) tools_.events.RowsGivenUp(tools_.pages.names().ingester, *given_up);
  return due.size() < options_.batch ? LaneProgress::kRound : LaneProgress::kMore;
}

Status SettleLane::LookInHalf(OpenState half, Ids& ids, std::stop_token stop) {
  const auto page = FetchPage(tools_, {.state = half, .ids = ids}, std::move(stop));
  if (!page) return page.error();
  for (const ListedRow& row : page->page.rows) {
    if (std::find(ids.begin(), ids.end(), row.id) == ids.end()) {
      return RejectedError("the API ignores the ids it was asked for and sent record " + row.id);
    }
  }
  if (page->page.rows.empty() && page->page.bad.empty()) return Ok();
  if (auto status = StoreFound(*page); !status) return status;
  for (const ListedRow& row : page->page.rows) std::erase(ids, row.id);
  return Ok();
}

Status SettleLane::LookUpAlone(const std::string& id, std::stop_token stop) {
  FetchedPage page;
  page.request.version = tools_.pages.source().NextVersion();
  page.asked = tools_.pages.source().clock().Steady();
  auto found = tools_.listing.Lookup(id, page.request.version, std::move(stop));
  if (!found) return std::move(found).error();
  page.page = std::move(*found);
  page.took = tools_.pages.source().clock().Steady() - page.asked;
  if (page.page.records() == 0) {
    const auto is_gone = tools_.pages.NoteAbsent(id, options_.times);
    if (!is_gone) return is_gone.error();
    if (*is_gone) tools_.events.RowGone(tools_.pages.names().ingester, id);
    return Ok();
  }
  if (auto status = StoreFound(page); !status) return status;
  const auto given_up = tools_.pages.NoteAsked({id}, options_.times);
  return given_up ? Ok() : Status(given_up.error());
}

Status SettleLane::StoreFound(const FetchedPage& page) {
  const std::string walk = "ids/" + std::to_string(page.request.version);
  return StorePage(tools_, page, page.Origin(name(), walk, true));
}

Status SettleLane::Restart() {
  return Ok();
}

}  // namespace polyhouse
