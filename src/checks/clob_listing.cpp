#include "checks/clob_listing.h"

#include "base/url.h"
#include "flow/response_class.h"

namespace polyhouse {

Result<WitnessPage> ClobListing::Fetch(const std::string& cursor,
                                       std::uint64_t version,
                                       std::stop_token stop) {
  std::string url = base_url_ + "/markets";
  if (!cursor.empty()) AppendUrlParameter(url, "next_cursor", cursor);
  auto response = http_.Send({.url = url, .timeout = request_timeout_}, std::move(stop));
  if (!response) return std::move(response).error();
  if (auto status = ClassifyResponse(*response); !status) return std::move(status).error();
  return parser_.Parse(std::move(response->body), version);
}

}  // namespace polyhouse
