#include "flow/lane.h"

namespace polyhouse {

Result<ListingPage> FetchPage(LaneTools& tools,
                              std::string_view lane,
                              PageRequest& request,
                              std::stop_token stop) {
  request.version = tools.pages.NextVersion();
  auto page = tools.listing.Fetch(request, std::move(stop));
  if (!page) return page;
  for (const BadRecord& bad : page->bad) {
    tools.events.RecordDeadLettered({tools.pages.names().ingester, lane}, bad.error);
  }
  return page;
}

}  // namespace polyhouse
