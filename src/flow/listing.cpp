#include "flow/listing.h"

#include <charconv>
#include <map>

#include "base/url.h"
#include "codec/entry_codec.h"
#include "flow/response_class.h"

namespace polyhouse {
namespace {

template <class Row>
class GammaListing final : public Listing {
 public:
  GammaListing(std::string_view path, ListingOptions options, HttpClient& http)
      : path_(path),
        options_(std::move(options)),
        http_(http),
        parser_(options_.legacy_offset ? PageShape::kArray : PageShape::kEnvelope) {}

  Result<ListingPage> Fetch(const PageRequest& request, std::stop_token stop) override {
    auto response =
        http_.Send({.url = UrlOf(request), .timeout = options_.request_timeout}, std::move(stop));
    if (!response) return std::move(response).error();
    if (auto status = ClassifyResponse(*response); !status) return std::move(status).error();
    auto page = parser_.ParsePage(std::move(response->body), request.version);
    if (!page) return std::move(page).error();
    ReportUnknownFields();
    return Encode(std::move(*page), request);
  }

  Result<ListedRow> ReadRecord(std::string_view raw, std::uint64_t version) override {
    const auto row = parser_.ParseRecord(raw, version);
    if (!row) return row.error();
    return ListedRow{row->id.value(), EncodeEntry(*row)};
  }

  void OnUnknownField(std::function<void(std::string_view, std::uint64_t)> report) override {
    report_ = std::move(report);
  }

 private:
  std::string UrlOf(const PageRequest& request) const {
    std::string url = options_.base_url + path_ + (options_.legacy_offset ? "" : "/keyset");
    AppendUrlParameter(url, "limit", std::to_string(options_.page_size));
    AppendUrlParameter(url, "closed", request.state == OpenState::kClosed ? "true" : "false");
    AppendUrlParameter(url, "order", "id");
    AppendUrlParameter(
        url, "ascending", request.order == ListingOrder::kOldestFirst ? "true" : "false");
    if (!request.cursor.empty()) {
      AppendUrlParameter(url, options_.legacy_offset ? "offset" : "after_cursor", request.cursor);
    }
    // Lists are repeated keys: brackets are ignored, commas match nothing.
    for (const std::string& id : request.condition_ids)
      AppendUrlParameter(url, "condition_ids", id);
    for (const std::string& slug : request.slugs) AppendUrlParameter(url, "slug", slug);
    // Parameters it does not know are ignored by the API, but not by its cache.
    if (request.fresh) AppendUrlParameter(url, "_", std::to_string(request.version));
    return url;
  }

  ListingPage Encode(ApiPage<Row> page, const PageRequest& request) const {
    ListingPage listed;
    listed.rows.reserve(page.rows.size());
    for (const Row& row : page.rows) listed.rows.push_back({row.id.value(), EncodeEntry(row)});
    listed.bad = std::move(page.bad);
    listed.next_cursor = std::move(page.next_cursor);
    if (options_.legacy_offset && listed.records() > 0) {
      listed.next_cursor = std::to_string(IdNumber(request.cursor) + listed.records());
    }
    return listed;
  }

  void ReportUnknownFields() {
    for (const auto& [name, count] : parser_.unknown_fields()) {
      std::uint64_t& reported = reported_[name];
      if (count > reported && report_) report_(name, count - reported);
      reported = count;
    }
  }

  std::string path_;
  ListingOptions options_;
  HttpClient& http_;
  ApiPageParser<Row> parser_;
  std::function<void(std::string_view, std::uint64_t)> report_;
  std::map<std::string, std::uint64_t, std::less<>> reported_;
};

}  // namespace

std::string_view ToString(OpenState state) {
  return state == OpenState::kOpen ? "open" : "closed";
}

std::uint64_t IdNumber(std::string_view id) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), number);
  return error == std::errc{} && end == id.data() + id.size() ? number : 0;
}

std::unique_ptr<Listing> MakeMarketsListing(ListingOptions options, HttpClient& http) {
  return std::make_unique<GammaListing<Market>>("/markets", std::move(options), http);
}

std::unique_ptr<Listing> MakeEventsListing(ListingOptions options, HttpClient& http) {
  return std::make_unique<GammaListing<Event>>("/events", std::move(options), http);
}

}  // namespace polyhouse
