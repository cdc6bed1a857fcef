#include "flow/listing/page_lane.h"

namespace polyhouse {
namespace {

std::string WrongHalf(OpenState wanted) {
  return "the API was asked for " + std::string(ToString(wanted)) + " records and sent none";
}

}  // namespace

Result<FetchedPage> FetchPage(LaneTools& tools, PageRequest request, std::stop_token stop) {
  request.version = tools.pages.source().NextVersion();
  const SteadyTime asked = tools.pages.source().clock().Steady();
  auto page = tools.listing.Fetch(request, std::move(stop));
  if (!page) return std::move(page).error();
  FetchedPage fetched;
  fetched.asked = asked;
  fetched.took = tools.pages.source().clock().Steady() - asked;
  if (!request.ids.empty() || !request.token_ids.empty()) {
    // Few records tell nothing of a half, and there is another way to each.
    if (!IsOfHalf(*page, request.state)) return RejectedError(WrongHalf(request.state));
  } else {
    const HalfVerdict verdict = tools.halves.Judge(request.state, *page);
    if (verdict == HalfVerdict::kAskAgain) return TransientError(WrongHalf(request.state));
    fetched.half_ignored = verdict == HalfVerdict::kIgnored;
  }
  if (fetched.half_ignored) {
    tools.events.HalfIgnored(tools.pages.names().ingester, ToString(request.state));
  }
  fetched.page = std::move(*page);
  fetched.request = std::move(request);
  return fetched;
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
