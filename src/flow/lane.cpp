#include "flow/lane.h"

#include <algorithm>

namespace polyhouse {
namespace {

/// An API that ignores which half it is asked for would make one half pass for the whole listing.
Status CheckHalf(const PageRequest& request, const ListingPage& page) {
  const bool wants_closed = request.state == OpenState::kClosed;
  const bool none = std::none_of(page.rows.begin(), page.rows.end(), [&](const ListedRow& row) {
    return row.closed == wants_closed;
  });
  if (page.rows.empty() || !none) return Ok();
  const std::string message =
      "the API was asked for " + std::string(ToString(request.state)) + " records and sent none";
  // Ids can be looked up one by one instead.
  return request.ids.empty() ? TransientError(message) : RejectedError(message);
}

}  // namespace

Result<FetchedPage> FetchPage(LaneTools& tools,
                              std::string_view lane,
                              PageRequest request,
                              std::stop_token stop) {
  request.version = tools.pages.NextVersion();
  const SteadyTime asked = tools.pages.clock().Steady();
  auto page = tools.listing.Fetch(request, std::move(stop));
  if (!page) return std::move(page).error();
  if (auto status = CheckHalf(request, *page); !status) return std::move(status).error();
  for (const BadRecord& bad : page->bad) {
    tools.events.RecordDeadLettered({tools.pages.names().ingester, lane}, bad.error);
  }
  return FetchedPage{
      std::move(*page), std::move(request), asked, tools.pages.clock().Steady() - asked};
}

Status StorePage(LaneTools& tools,
                 const FetchedPage& page,
                 const PageOrigin& origin,
                 AppendTransaction with) {
  const auto changed = tools.pages.Store(page.page, origin, std::move(with));
  if (!changed) return Error(changed.error()).WithContext("storing a page");
  tools.events.PageStored({tools.pages.names().ingester, origin.lane},
                          {.records = page.page.records(),
                           .changed = *changed,
                           .dead_letters = page.page.bad.size(),
                           .took = page.took});
  return Ok();
}

}  // namespace polyhouse
