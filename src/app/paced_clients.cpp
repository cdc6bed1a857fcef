#include "app/paced_clients.h"

#include "adapters/http/curl_http_client.h"
#include "app/version.h"

namespace polyhouse {
namespace {

CurlOptions HttpOptions(const Config& config) {
  return {.user_agent = "polyhouse/" + std::string(kVersion),
          .stall_timeout = std::chrono::duration_cast<std::chrono::seconds>(config.stall_timeout)};
}

PaceOptions PaceOf(const ApiRoute& route, const Config& config) {
  const auto percent = [](std::uint64_t value) { return static_cast<double>(value) / 100; };
  return {.bucket = std::string(route.bucket),
          .requests = config.*route.rate,
          .window = config.rate_window,
          .share = percent(config.rate_share),
          .burst = static_cast<std::uint32_t>(config.rate_burst),
          .slow_down = percent(config.rate_slow_down),
          .recover = percent(config.rate_recover),
          .least = percent(config.rate_least),
          .latency_growth = percent(config.rate_latency_growth)};
}

ListingOptions ListingOptionsOf(const Config& config, PageArchive* archive) {
  return {.base_url = config.gamma_url,
          .page_size = config.page_size,
          .request_timeout = config.request_timeout,
          .legacy_offset = config.pagination == "offset",
          .archive = archive};
}

/// A connection that keeps a pace.
struct OwnHttp {
  std::unique_ptr<HttpClient> curl;
  std::unique_ptr<HttpClient> http;
};

/// A listing with the connection it asks over.
struct OwnListing {
  std::shared_ptr<HttpClient> http;
  std::unique_ptr<Listing> listing;
};

}  // namespace

ApiRoute RouteOf(const IngestedListing& ingested) {
  return {ingested.names().source, ingested.rate};
}

std::unique_ptr<RequestPacer> MakePacer(const IngestedListing& ingested,
                                        const Environment& environment,
                                        RateStore& rates) {
  return std::make_unique<RequestPacer>(
      PaceOf(RouteOf(ingested), environment.config), rates, environment.events, environment.clock);
}

std::unique_ptr<RequestPacer> MakeNodePacer(const std::string& bucket,
                                            const Environment& environment,
                                            RateStore& rates) {
  return std::make_unique<RequestPacer>(PaceOf({bucket, &Config::rate_rpc}, environment.config),
                                        rates,
                                        environment.events,
                                        environment.clock);
}

std::shared_ptr<HttpClient> OpenPacedHttp(const Environment& environment, RequestPacer& pacer) {
  auto own = std::make_shared<OwnHttp>();
  own->curl = MakeCurlHttpClient(HttpOptions(environment.config), environment.clock);
  own->http = MakePacedHttpClient(*own->curl, pacer);
  return {own, own->http.get()};
}

std::shared_ptr<Listing> OpenListing(const ListingType& type,
                                     const Environment& environment,
                                     RequestPacer& pacer,
                                     PageArchive* archive) {
  auto own = std::make_shared<OwnListing>();
  own->http = OpenPacedHttp(environment, pacer);
  own->listing = type.Make(ListingOptionsOf(environment.config, archive), *own->http);
  return {own, own->listing.get()};
}

Result<std::unique_ptr<PacedHttp>> PacedHttp::Open(ApiRoute route,
                                                   const Environment& environment,
                                                   Streams& streams) {
  class Opened final : public PacedHttp {
   public:
    Opened(ApiRoute route, const Environment& environment, std::unique_ptr<RateStore> rates)
        : rates_(std::move(rates)),
          pacer_(PaceOf(route, environment.config), *rates_, environment.events, environment.clock),
          curl_(MakeCurlHttpClient(HttpOptions(environment.config), environment.clock)),
          http_(MakePacedHttpClient(*curl_, pacer_)) {}
    HttpClient& http() override { return *http_; }

   private:
    std::unique_ptr<RateStore> rates_;
    RequestPacer pacer_;
    std::unique_ptr<HttpClient> curl_;
    std::unique_ptr<HttpClient> http_;
  };
  auto rates = streams.OpenRates();
  if (!rates) return std::move(rates).error();
  return std::unique_ptr<PacedHttp>(new Opened(route, environment, std::move(*rates)));
}

Result<std::unique_ptr<PacedListing>> PacedListing::Open(const IngestedListing& ingested,
                                                         const Environment& environment,
                                                         Streams& streams) {
  class Opened final : public PacedListing {
   public:
    Opened(const ListingType& type, const Config& config, std::unique_ptr<PacedHttp> http)
        : http_(std::move(http)),
          listing_(type.Make(ListingOptionsOf(config, nullptr), http_->http())) {}
    Listing& listing() override { return *listing_; }

   private:
    std::unique_ptr<PacedHttp> http_;
    std::unique_ptr<Listing> listing_;
  };
  auto http = PacedHttp::Open(RouteOf(ingested), environment, streams);
  if (!http) return std::move(http).error();
  return std::unique_ptr<PacedListing>(
      new Opened(ingested.type, environment.config, std::move(*http)));
}

double AllowedPace(const IngestedListing& ingested, const Config& config) {
  const PaceOptions pace = PaceOf(RouteOf(ingested), config);
  const std::chrono::duration<double> window = pace.window;
  return static_cast<double>(pace.requests) * pace.share / window.count();
}

}  // namespace polyhouse
