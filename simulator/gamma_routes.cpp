#include "gamma_routes.h"

#include "base/clock.h"
#include "json_object.h"

namespace polyhouse {
namespace {

std::string Envelope(const WrittenPage& page, Listing listing) {
  const bool is_markets = listing == Listing::kMarkets;
  std::string body;
  body.reserve(page.rows.size() + 400);
  JsonObject object(body);
  object.Text("$schema",
              std::string("https://gamma-api.polymarket.com/schemas/") +
                  (is_markets ? "Markets" : "Events") + "KeysetListResponse.json");
  object.Raw(ToString(listing), page.rows);
  if (page.next_cursor) object.Text("next_cursor", *page.next_cursor);
  object.Close();
  return body;
}

void AddCacheControl(Response& response) {
  response.headers.emplace_back("cache-control", "public, max-age=300");
}

void AddDeprecation(Response& response, Listing listing) {
  response.headers.emplace_back("deprecation", "true");
  response.headers.emplace_back("sunset", "Fri, 01 May 2026 00:00:00 GMT");
  response.headers.emplace_back("warning",
                                "299 - \"use /" + std::string(ToString(listing)) + "/keyset\"");
}

}  // namespace

/// What a path asks for.
struct GammaRoutes::Route {
  enum class Shape { kKeyset, kOffset, kLookup, kNone };

  Shape shape = Shape::kNone;
  Listing listing = Listing::kMarkets;
  LookupKey by = LookupKey::kId;
  std::string key;
  std::string name = "unknown";

  bool IsKeyset() const { return shape == Shape::kKeyset; }

  Response ResponseOf(WrittenPage page) const {
    Response response;
    AddCacheControl(response);
    if (IsKeyset()) {
      response.body = Envelope(page, listing);
    } else {
      AddDeprecation(response, listing);
      response.body = std::move(page.rows);
    }
    response.served = std::move(page.served);
    return response;
  }

  static Response ResponseOf(const std::string& record) {
    Response response{200, "application/json", record};
    AddCacheControl(response);
    return response;
  }

  static Route Of(std::string_view path) {
    Route route;
    for (const Listing listing : {Listing::kMarkets, Listing::kEvents}) {
      const std::string root = "/" + std::string(ToString(listing));
      if (!path.starts_with(root)) continue;
      route.listing = listing;
      route.Read(root, path.substr(root.size()));
    }
    return route;
  }

 private:
  void Read(const std::string& root, std::string_view rest) {
    constexpr std::string_view kSlugs = "/slug/";
    if (rest.empty()) {
      Set(Shape::kOffset, root);
    } else if (rest == "/keyset") {
      Set(Shape::kKeyset, root + "/keyset");
    } else if (rest.starts_with(kSlugs)) {
      Set(Shape::kLookup, root + "/slug/{slug}");
      by = LookupKey::kSlug;
      key = rest.substr(kSlugs.size());
    } else if (rest.starts_with('/') && rest.find('/', 1) == std::string_view::npos) {
      Set(Shape::kLookup, root + "/{id}");
      key = rest.substr(1);
    }
  }

  void Set(Shape new_shape, std::string new_name) {
    shape = new_shape;
    name = std::move(new_name);
  }
};

std::string GammaRoutes::RouteOf(const Request& request) {
  return Route::Of(request.path).name;
}

Response GammaRoutes::Handle(const Request& request) {
  const Route route = Route::Of(request.path);
  if (route.shape == Route::Shape::kNone) {
    return ErrorResponse(404, "not found error", "no such route");
  }
  if (request.method != "GET" && request.method != "HEAD") {
    return ErrorResponse(405, "method error", "only GET is allowed");
  }
  const std::optional<Fault> fault = simulation_.NextFault();
  if (fault && !IsPageFault(fault->kind)) {
    simulation_.stats().CountFault(fault->kind);
    return misbehaviour_.Apply(Answer(request, route, std::nullopt), fault->kind);
  }
  return Answer(request, route, fault);
}

Response GammaRoutes::Answer(const Request& request,
                             const Route& route,
                             const std::optional<Fault>& fault) {
  std::optional<AnswerCache::Hit> hit = cache_.Find(request.target, SteadyNow());
  if (hit) return AnswerAgain(route, *std::move(hit));
  return route.shape == Route::Shape::kLookup ? AnswerLookup(request, route)
                                              : AnswerListing(request, route, fault);
}

Response GammaRoutes::AnswerListing(const Request& request,
                                    const Route& route,
                                    const std::optional<Fault>& fault) {
  Result<ListingQuery> query = ParseListingQuery(
      route.listing, route.IsKeyset() ? Pagination::kKeyset : Pagination::kOffset, request);
  if (!query) return ErrorResponse(422, "validation error", query.error().message);
  simulation_.CurrentDrift().ApplyTo(*query, request);
  Result<WrittenPage> page = simulation_.WritePage(*query, fault);
  if (!page) return ErrorResponse(422, "validation error", page.error().message);
  if (page->fault) {
    simulation_.stats().CountFault(*page->fault);
  } else {
    cache_.Store(request.target, {page->served, page->next_cursor, ""}, SteadyNow());
  }
  return route.ResponseOf(*std::move(page));
}

Response GammaRoutes::AnswerLookup(const Request& request, const Route& route) {
  const std::optional<std::string> record =
      simulation_.FindRecord(route.listing, route.by, route.key);
  if (!record) {
    return ErrorResponse(
        404, "not found error", route.by == LookupKey::kId ? "id not found" : "slug not found");
  }
  cache_.Store(request.target, {{}, std::nullopt, *record}, SteadyNow());
  return route.ResponseOf(*record);
}

Response GammaRoutes::AnswerAgain(const Route& route, AnswerCache::Hit hit) {
  Response response = route.shape == Route::Shape::kLookup
                          ? route.ResponseOf(hit.answer.lookup)
                          : route.ResponseOf(simulation_.WriteAgain(
                                hit.answer.page, std::move(hit.answer.next_cursor)));
  response.headers.emplace_back("age", std::to_string(hit.age.count()));
  return response;
}

Response ErrorResponse(unsigned status, std::string_view type, std::string_view message) {
  Response response;
  response.status = status;
  JsonObject object(response.body);
  object.Text("type", type);
  object.Text("error", message);
  object.Close();
  return response;
}

}  // namespace polyhouse
