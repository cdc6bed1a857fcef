#include "clob_routes.h"

#include "json_object.h"

namespace polyhouse {
namespace {

constexpr std::string_view kListing = "/clob/markets";

}  // namespace

std::string ClobRoutes::RouteOf(const Request& request) {
  return request.path == kListing ? std::string(kListing) : "unknown";
}

Response ClobRoutes::Handle(const Request& request) {
  if (request.path != kListing) return ErrorResponse(404, "not found error", "no such route");
  if (request.method != "GET" && request.method != "HEAD") {
    return ErrorResponse(405, "method error", "only GET is allowed");
  }
  const std::optional<Fault> fault = simulation_.NextFault();
  if (fault && !IsPageFault(fault->kind)) {
    simulation_.stats().CountFault(fault->kind);
    return misbehaviour_.Apply(AnswerListing(request, std::nullopt), fault->kind);
  }
  return AnswerListing(request, fault);
}

Response ClobRoutes::AnswerListing(const Request& request, const std::optional<Fault>& fault) {
  const ClobPage page = simulation_.WriteClobPage(request.Param("next_cursor").value_or(""), fault);
  if (page.fault) simulation_.stats().CountFault(*page.fault);
  Response response;
  response.body.reserve(page.rows.size() + 100);
  JsonObject object(response.body);
  object.Raw("data", page.rows);
  object.Text("next_cursor", page.next_cursor);
  object.Integer("limit", ClobPages::kPageSize);
  object.Integer("count", static_cast<std::int64_t>(page.count));
  object.Close();
  return response;
}

}  // namespace polyhouse
