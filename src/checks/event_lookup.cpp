#include "checks/event_lookup.h"

#include "base/clock.h"
#include "base/url.h"
#include "codec/event_markets.h"
#include "flow/response_class.h"

namespace polyhouse {

Result<std::vector<std::string>> EventLookup::MarketsOf(const std::string& event_id,
                                                        std::stop_token stop) {
  // The CDN answers a repeated URL from its cache.
  std::string url = base_url_ + "/events/" + event_id;
  AppendUrlParameter(url, "_", std::to_string(SteadyNow().time_since_epoch().count()));
  const auto response =
      http_.Send({.url = std::move(url), .timeout = request_timeout_}, std::move(stop));
  if (!response) return response.error();
  if (SaysNotFound(*response)) return std::vector<std::string>();
  if (auto status = ClassifyResponse(*response); !status) return std::move(status).error();
  auto ids = MarketIdsOfEvent(response->body);
  if (!ids) return TransientError("the answer is not an event: " + ids.error().message);
  return ids;
}

}  // namespace polyhouse
