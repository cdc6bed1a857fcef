#include "checks/filtered_pages.h"

namespace polyhouse {
namespace {

/// More than a filter of a hundred names can fill, one record a page.
constexpr int kMostPages = 1'000;

}  // namespace

Status ForEachFilteredPage(
    const FilteredSource& source,
    PageRequest request,
    const std::function<Status(const ListingPage&, const PageRequest&)>& on_page,
    const std::stop_token& stop) {
  for (const OpenState half : {OpenState::kClosed, OpenState::kOpen}) {
    request.state = half;
    request.cursor.clear();
    int pages = 0;
    do {
      if (++pages > kMostPages) {
        return RejectedError("the API gives page after page for a few names: it ignores them");
      }
      request.version = source.next_version();
      const auto page =
          source.retrier.Do([&] { return source.listing.Fetch(request, stop); }, stop);
      if (!page) return page.error();
      if (auto status = on_page(*page, request); !status) return status;
      request.cursor = page->next_cursor;
    } while (!request.cursor.empty());
  }
  return Ok();
}

}  // namespace polyhouse
