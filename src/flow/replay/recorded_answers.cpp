#include "flow/replay/recorded_answers.h"

namespace polyhouse {
Result<HttpResponse> RecordedAnswers::Feed::Send(const HttpRequest&, std::stop_token) {
  HttpResponse response;
  response.status = 200;
  response.body = std::move(body);
  return response;
}

RecordedAnswers::RecordedAnswers(const ListingType& type)
    : type_(type),
      listing_(type.Make({}, feed_)),
      by_offset_(type.Make({.base_url = {}, .legacy_offset = true}, feed_)) {}

Result<ListingPage> RecordedAnswers::Read(std::string_view url,
                                          std::string body,
                                          std::uint64_t version) {
  const auto path = url.substr(0, url.find('?'));
  const auto last = path.substr(path.rfind('/') + 1);
  PageRequest request;
  request.version = version;
  feed_.body = body;
  if (last == "keyset") return listing_->Fetch(request, {});
  if (last == type_.names.ingester) return by_offset_->Fetch(request, {});
  auto page = listing_->Lookup(std::string(last), version, {});
  if (page) return page;
  // Kept when a cut answer to a question for one record was still taken for that record.
  ListingPage kept;
  kept.bad.push_back({std::move(body), std::move(page).error()});
  return kept;
}

void RecordedAnswers::OnUnknownField(
    const std::function<void(std::string_view, std::uint64_t)>& report) {
  listing_->OnUnknownField(report);
  by_offset_->OnUnknownField(report);
}

}  // namespace polyhouse
