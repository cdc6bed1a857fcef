#include "flow/lane.h"

namespace polyhouse {

Result<FetchedPage> FetchPage(LaneTools& tools,
                              std::string_view lane,
                              PageRequest request,
                              std::stop_token stop) {
  request.version = tools.pages.NextVersion();
  const auto started = SteadyNow();
  auto page = tools.listing.Fetch(request, std::move(stop));
  if (!page) return std::move(page).error();
  for (const BadRecord& bad : page->bad) {
    tools.events.RecordDeadLettered({tools.pages.names().ingester, lane}, bad.error);
  }
  return FetchedPage{std::move(*page), std::move(request), SteadyNow() - started};
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
