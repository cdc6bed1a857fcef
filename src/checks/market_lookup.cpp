#include "checks/market_lookup.h"

namespace polyhouse {

Result<std::map<std::string, std::vector<Market>>> MarketLookup::ByConditionId(
    std::span<const std::string> condition_ids, std::stop_token stop) {
  std::map<std::string, std::vector<Market>> found;
  for (const OpenState state : {OpenState::kClosed, OpenState::kOpen}) {
    const PageRequest request{
        .state = state,
        .version = static_cast<std::uint64_t>(clock_.Now().time_since_epoch().count()),
        .fresh = true,
        .condition_ids = {condition_ids.begin(), condition_ids.end()}};
    const auto page = retrier_.Do([&] { return listing_.Fetch(request, stop); }, stop);
    if (!page) return page.error();
    for (const ListedRow& row : page->rows) {
      auto market = decoder_.Decode(row.data);
      if (!market) return std::move(market).error();
      found[market->condition_id].push_back(std::move(*market));
    }
  }
  return found;
}

}  // namespace polyhouse
