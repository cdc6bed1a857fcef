#include "gamma_routes.h"

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

Response GammaRoutes::Handle(const Request& request, std::string& route_name) {
  const Route route = Route::Of(request.path);
  route_name = route.name;
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
  return route.shape == Route::Shape::kLookup ? AnswerLookup(route)
                                              : AnswerListing(request, route, fault);
}

Response GammaRoutes::AnswerListing(const Request& request,
                                    const Route& route,
                                    const std::optional<Fault>& fault) {
  const bool is_keyset = route.shape == Route::Shape::kKeyset;
  const Result<ListingQuery> query = ParseListingQuery(
      route.listing, is_keyset ? Pagination::kKeyset : Pagination::kOffset, request);
  if (!query) return ErrorResponse(422, "validation error", query.error().message);
  Result<WrittenPage> page = simulation_.WritePage(*query, fault);
  if (!page) return ErrorResponse(422, "validation error", page.error().message);
  if (page->fault) simulation_.stats().CountFault(*page->fault);
  Response response;
  response.headers.emplace_back("cache-control", "public, max-age=300");
  if (is_keyset) {
    response.body = Envelope(*page, route.listing);
  } else {
    AddDeprecation(response, route.listing);
    response.body = std::move(page->rows);
  }
  response.served = std::move(page->served);
  return response;
}

Response GammaRoutes::AnswerLookup(const Route& route) {
  std::optional<std::string> record = simulation_.FindRecord(route.listing, route.by, route.key);
  if (!record) {
    return ErrorResponse(
        404, "not found error", route.by == LookupKey::kId ? "id not found" : "slug not found");
  }
  return {200, "application/json", *std::move(record)};
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
