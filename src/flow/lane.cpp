#include "flow/lane.h"

#include "flow/range_book.h"

namespace polyhouse {
namespace {

/// What the backfill took for this half was the other one: all lanes begin anew from there.
Status ReadIgnoredHalf(LaneTools& tools, OpenState half) {
  const auto since = tools.pages.State(IgnoredSuffix(half));
  if (!since) return since.error();
  if (since->empty()) return Ok();
  tools.events.HalfListedAgain(tools.pages.names().ingester, ToString(half));
  return tools.pages.SetBack({.set = {{tools.pages.Key("_cursor"), std::string(kRangesPosition)}}});
}

/// Of ids, which can be looked up one by one instead, any wrong answer says enough.
Status CheckHalf(LaneTools& tools, const PageRequest& request, const ListingPage& page) {
  const bool was_ignored = tools.halves.IsIgnored(request.state);
  auto status = tools.halves.Check(request.state, page);
  if (!was_ignored && tools.halves.IsIgnored(request.state)) {
    tools.events.HalfIgnored(tools.pages.names().ingester, ToString(request.state));
  }
  if (was_ignored && !tools.halves.IsIgnored(request.state)) {
    return ReadIgnoredHalf(tools, request.state);
  }
  if (status || request.ids.empty()) return status;
  return RejectedError(status.error().message);
}

}  // namespace

Result<FetchedPage> FetchPage(LaneTools& tools, PageRequest request, std::stop_token stop) {
  request.version = tools.pages.NextVersion();
  const SteadyTime asked = tools.pages.clock().Steady();
  auto page = tools.listing.Fetch(request, std::move(stop));
  if (!page) return std::move(page).error();
  if (auto status = CheckHalf(tools, request, *page); !status) return std::move(status).error();
  return FetchedPage{
      std::move(*page), std::move(request), asked, tools.pages.clock().Steady() - asked};
}

void ReportLetters(telemetry::PipelineEvents& events,
                   telemetry::LaneName lane,
                   const PageLetters& letters) {
  for (const Error& why : letters.bad) events.RecordDeadLettered(lane, why);
  for (const std::string& what : letters.odd) events.FieldUnreadable(lane, what);
}

Status StorePage(LaneTools& tools,
                 const FetchedPage& page,
                 const PageOrigin& origin,
                 AppendTransaction with) {
  const auto stored = tools.pages.Store(page.page, origin, std::move(with));
  if (!stored) return Error(stored.error()).WithContext("storing a page");
  const telemetry::LaneName lane{tools.pages.names().ingester, origin.lane};
  ReportLetters(tools.events, lane, stored->letters);
  tools.events.PageStored(lane,
                          {.records = page.page.records(),
                           .changed = stored->changed,
                           .dead_letters = stored->letters.bad.size(),
                           .odd_rows = stored->letters.odd.size(),
                           .took = page.took});
  return Ok();
}

}  // namespace polyhouse
