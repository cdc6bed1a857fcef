#include "support/fake_listing.h"

#include <algorithm>

#include "codec/entry_codec.h"

namespace polyhouse {

ListedRow AListedRow(std::uint64_t id, std::uint64_t version) {
  Market market;
  market.id = MarketId(std::to_string(id));
  market.version = version;
  return {market.id.value(), EncodeEntry(market)};
}

Result<ListingPage> FakeListing::Fetch(const PageRequest& request, std::stop_token stop) {
  if (stop.stop_requested()) return StoppingError();
  requests.push_back(request);
  if (before_answer) before_answer();
  std::vector<std::uint64_t> ids = request.state == OpenState::kOpen ? open : closed;
  std::sort(ids.begin(), ids.end());
  if (request.order == ListingOrder::kNewestFirst) std::reverse(ids.begin(), ids.end());
  if (!request.cursor.empty()) {
    const std::uint64_t after = IdNumber(request.cursor);
    std::erase_if(ids, [&](std::uint64_t id) {
      return request.order == ListingOrder::kOldestFirst ? id <= after : id >= after;
    });
  }
  ListingPage page;
  for (std::size_t i = 0; i < std::min(page_size, ids.size()); ++i) {
    page.rows.push_back(AListedRow(ids[i], request.version));
  }
  if (ids.size() > page_size) page.next_cursor = page.rows.back().id;
  if (replace.empty()) return page;
  const auto answer = std::move(replace.front());
  replace.pop_front();
  return answer(std::move(page));
}

Result<ListedRow> FakeListing::ReadRecord(std::string_view raw, std::uint64_t version) {
  if (IdNumber(raw) == 0) return MalformedError("still not a record");
  return AListedRow(IdNumber(raw), version);
}

std::vector<std::string> FakeListing::Asked() const {
  std::vector<std::string> asked;
  for (const PageRequest& request : requests) {
    std::string text(ToString(request.state));
    text += request.order == ListingOrder::kOldestFirst ? " asc" : " desc";
    if (!request.cursor.empty()) text += " after " + request.cursor;
    asked.push_back(std::move(text));
  }
  return asked;
}

void FakeListing::FailNext(const Error& error, std::size_t times) {
  for (std::size_t i = 0; i < times; ++i) {
    replace.push_back([error](const ListingPage&) -> Answer { return error; });
  }
}

}  // namespace polyhouse
