#include "checks/event_lookup.h"

#include "codec/event_markets.h"
#include "flow/response_class.h"

namespace polyhouse {

Result<std::vector<std::string>> EventLookup::MarketsOf(const std::string& event_id,
                                                        std::stop_token stop) {
  const auto response = http_.Send(
      {.url = base_url_ + "/events/" + event_id, .timeout = request_timeout_}, std::move(stop));
  if (!response) return response.error();
  if (response->status == 404) return std::vector<std::string>();
  if (auto status = ClassifyResponse(*response); !status) return std::move(status).error();
  auto ids = MarketIdsOfEvent(response->body);
  if (!ids) return TransientError("the answer is not an event: " + ids.error().message);
  return ids;
}

}  // namespace polyhouse
