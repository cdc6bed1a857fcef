#include "flow/listing/listing.h"

#include <xxhash.h>

#include <map>

#include "base/number_text.h"
#include "base/url.h"
#include "codec/entry_codec.h"
#include "codec/row_types.h"
#include "codec/timestamp.h"
#include "flow/event_cache.h"
#include "flow/response_class.h"

namespace polyhouse {
namespace {

/// The version is the last column of every row.
std::uint64_t ContentHash(std::string_view data) {
  const auto content = data.substr(0, data.rfind(",\"version\":"));
  return XXH3_64bits(content.data(), content.size());
}

template <class Row>
ListedRow ToListedRow(const Row& row) {
  ListedRow listed{.closed_at = row.closed_time};
  listed.id = row.id.value();
  listed.data = EncodeEntry(row);
  listed.hash = ContentHash(listed.data);
  listed.closed = row.closed;
  listed.settled = IsSettled(row);
  listed.end = row.end_date;
  listed.touched = row.updated_at ? row.updated_at : row.created_at;
  if constexpr (std::is_same_v<Row, Event>) listed.cached = CacheOf(row);
  return listed;
}

bool IsFalling(ListingOrder order) {
  return order == ListingOrder::kNewestFirst || order == ListingOrder::kEndDateFalling;
}

bool IsByEndDate(ListingOrder order) {
  return order == ListingOrder::kEndDateRising || order == ListingOrder::kEndDateFalling;
}

template <class Row>
class GammaListing final : public Listing {
 public:
  GammaListing(std::string_view path, ListingOptions options, HttpClient& http)
      : path_(path),
        options_(std::move(options)),
        http_(http),
        parser_(options_.legacy_offset ? PageShape::kArray : PageShape::kEnvelope) {}

  Result<ListingPage> Fetch(const PageRequest& request, std::stop_token stop) override {
    auto response = Get(UrlOf(request), request.version, std::move(stop));
    if (!response) return std::move(response).error();
    if (auto status = ClassifyResponse(*response); !status) return std::move(status).error();
    const std::uint64_t epoch_times = parser_.epoch_times();
    auto page = parser_.ParsePage(std::move(response->body), request.version);
    if (!page) return std::move(page).error();
    auto unknown = ReportUnknownFields();
    auto listed = Encode(std::move(*page), request);
    listed.unknown_fields = std::move(unknown);
    listed.epoch_times = parser_.epoch_times() - epoch_times;
    return listed;
  }

  Result<ListingPage> Lookup(const std::string& id,
                             std::uint64_t version,
                             std::stop_token stop) override {
    std::string url = options_.base_url + path_ + "/" + id;
    AppendUrlParameter(url, "_", std::to_string(version));
    auto response = Get(url, version, std::move(stop));
    if (!response) return std::move(response).error();
    if (SaysNotFound(*response)) return ListingPage();
    if (auto status = ClassifyResponse(*response); !status) return std::move(status).error();
    auto parsed = parser_.ParseLookup(response->body, version);
    if (!parsed) return std::move(parsed).error();
    ListingPage page;
    page.bad = std::move(parsed->bad);
    if (!page.bad.empty()) return page;
    // One that is archived and listed all the same may change like any other.
    const bool archived = parsed->rows.front().archived;
    page.rows = ListedRows(*parsed);
    page.rows.front().settled = page.rows.front().settled || archived;
    return page;
  }

  Result<ListedRow> ReadRecord(std::string_view raw, std::uint64_t version) override {
    auto parsed = parser_.ParseRecord(raw, version);
    if (!parsed) return std::move(parsed).error();
    return std::move(ListedRows(*parsed).front());
  }

  void OnUnknownField(std::function<void(std::string_view, std::uint64_t)> report) override {
    report_ = std::move(report);
  }

 private:
  /// Archived before anything else is done with it.
  Result<HttpResponse> Get(const std::string& url, std::uint64_t version, std::stop_token stop) {
    auto response = http_.Send({.url = url, .timeout = options_.request_timeout}, std::move(stop));
    if (!response || options_.archive == nullptr) return response;
    auto kept = options_.archive->Keep({version, url, response->status, response->body});
    if (!kept) return std::move(kept).error();
    return response;
  }

  std::string UrlOf(const PageRequest& request) const {
    std::string url = options_.base_url + path_ + (options_.legacy_offset ? "" : "/keyset");
    AppendUrlParameter(
        url, "limit", std::to_string(request.limit > 0 ? request.limit : options_.page_size));
    if (!request.either_half) {
      AppendUrlParameter(url, "closed", request.state == OpenState::kClosed ? "true" : "false");
    }
    AppendUrlParameter(url, "order", IsByEndDate(request.order) ? "endDate" : "id");
    AppendUrlParameter(url, "ascending", IsFalling(request.order) ? "false" : "true");
    if (request.end_from) AppendUrlParameter(url, "end_date_min", FormatTime(*request.end_from));
    if (request.end_until) AppendUrlParameter(url, "end_date_max", FormatTime(*request.end_until));
    if (!request.cursor.empty()) {
      AppendUrlParameter(url, options_.legacy_offset ? "offset" : "after_cursor", request.cursor);
    }
    // Lists are repeated keys: brackets are ignored, commas match nothing.
    for (const std::string& id : request.ids) AppendUrlParameter(url, "id", id);
    for (const std::string& id : request.condition_ids)
      AppendUrlParameter(url, "condition_ids", id);
    for (const std::string& id : request.token_ids) AppendUrlParameter(url, "clob_token_ids", id);
    for (const std::string& slug : request.slugs) AppendUrlParameter(url, "slug", slug);
    // Parameters it does not know are ignored by the API, but not by its cache.
    AppendUrlParameter(url, "_", std::to_string(request.version));
    return url;
  }

  /// Takes the raw records out of `page`.
  static std::vector<ListedRow> ListedRows(ApiPage<Row>& page) {
    std::vector<ListedRow> rows;
    rows.reserve(page.rows.size());
    for (const Row& row : page.rows) rows.push_back(ToListedRow(row));
    for (auto& [index, odd] : page.odd) {
      rows[index].unreadable = std::move(odd.unreadable);
      rows[index].raw = std::move(odd.raw);
    }
    return rows;
  }

  ListingPage Encode(ApiPage<Row> page, const PageRequest& request) const {
    ListingPage listed;
    listed.rows = ListedRows(page);
    listed.bad = std::move(page.bad);
    listed.next_cursor = std::move(page.next_cursor);
    if (options_.legacy_offset && listed.records() > 0) {
      listed.next_cursor = std::to_string(IdNumber(request.cursor) + listed.records());
    }
    return listed;
  }

  /// Returns those of the last page.
  std::map<std::string, std::uint64_t> ReportUnknownFields() {
    std::map<std::string, std::uint64_t> unknown;
    for (const auto& [name, count] : parser_.unknown_fields()) {
      std::uint64_t& reported = reported_[name];
      if (count > reported) unknown[name] = count - reported;
      if (count > reported && report_) report_(name, count - reported);
      reported = count;
    }
    return unknown;
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
  return ReadNumber(id, number) ? number : 0;
}

template <class Row>
std::unique_ptr<Listing> MakeGammaListing(std::string_view path,
                                          ListingOptions options,
                                          HttpClient& http) {
  return std::make_unique<GammaListing<Row>>(path, std::move(options), http);
}

#define POLYHOUSE_LISTING(Row)                             \
  template std::unique_ptr<Listing> MakeGammaListing<Row>( \
      std::string_view path, ListingOptions options, HttpClient & http);
POLYHOUSE_EACH_API_ROW(POLYHOUSE_LISTING)
#undef POLYHOUSE_LISTING

}  // namespace polyhouse
