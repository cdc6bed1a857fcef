#include "checks/market_lookup.h"

#include "checks/filtered_pages.h"

namespace polyhouse {

Result<std::map<std::string, std::vector<Market>>> MarketLookup::ByConditionId(
    std::span<const std::string> condition_ids, std::stop_token stop) {
  std::map<std::string, std::vector<Market>> found;
  const PageRequest request{.condition_ids = {condition_ids.begin(), condition_ids.end()}};
  const auto take = [&](const ListingPage& page, const PageRequest&) -> Status {
    for (const ListedRow& row : page.rows) {
      auto market = decoder_.Decode(row.data);
      if (!market) return std::move(market).error();
      found[market->condition_id].push_back(std::move(*market));
    }
    return Ok();
  };
  if (auto status = ForEachFilteredPage(
          {listing_,
           retrier_,
           [&] { return static_cast<std::uint64_t>(clock_.Now().time_since_epoch().count()); }},
          request,
          take,
          stop);
      !status) {
    return std::move(status).error();
  }
  return found;
}

}  // namespace polyhouse
