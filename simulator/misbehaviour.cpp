#include "misbehaviour.h"

#include <algorithm>
#include <array>

#include "base/clock.h"
#include "moment.h"

namespace polyhouse {
namespace {

constexpr std::string_view kHtmlPage =
    "<!DOCTYPE html><html lang=\"en-US\"><head><title>Attention Required! | "
    "Cloudflare</title></head>"
    "<body><h1>Sorry, you have been blocked</h1><p>Ray ID: 8c0ffee123456789</p></body></html>";

/// A response that a fault puts in the place of the right one.
struct CannedReply {
  FaultKind kind;
  unsigned status;
  std::string_view content_type;
  std::string_view body;
};

constexpr std::string_view kJson = "application/json";
constexpr std::string_view kHtml = "text/html; charset=UTF-8";
constexpr std::string_view kTooMany = R"({"error":"Too Many Requests"})";

constexpr std::array kCannedReplies{
    CannedReply{FaultKind::k429, 429, kJson, kTooMany},
    CannedReply{FaultKind::k429RetryAfter, 429, kJson, kTooMany},
    CannedReply{FaultKind::k429RetryDate, 429, kJson, kTooMany},
    CannedReply{FaultKind::k500, 500, kJson, R"({"type":"internal error","error":"internal"})"},
    CannedReply{FaultKind::k503, 503, kJson, R"({"type":"unavailable","error":"unavailable"})"},
    CannedReply{FaultKind::k403, 403, kHtml, kHtmlPage},
    CannedReply{FaultKind::kHtml200, 200, kHtml, kHtmlPage},
    CannedReply{FaultKind::kError200, 200, kJson, kTooMany},
    CannedReply{FaultKind::kErrorObject200, 200, kJson, R"({"type":"error","error":"internal"})"}};

std::string SoonAsHttpDate() {
  const Timestamp soon = SystemClock().Now() + std::chrono::seconds(1);
  return FormatHttpDate(std::chrono::ceil<std::chrono::seconds>(soon));
}

/// Empty for faults that work on the right response.
std::optional<Response> CannedResponse(FaultKind kind) {
  const auto* reply = std::ranges::find(kCannedReplies, kind, &CannedReply::kind);
  if (reply == kCannedReplies.end()) return std::nullopt;
  Response response{reply->status, std::string(reply->content_type), std::string(reply->body)};
  if (kind == FaultKind::k429RetryAfter) response.headers.emplace_back("Retry-After", "1");
  if (kind == FaultKind::k429RetryDate)
    response.headers.emplace_back("Retry-After", SoonAsHttpDate());
  return response;
}

}  // namespace

Response TooManyRequests(std::optional<std::chrono::seconds> retry_after) {
  Response response{429, std::string(kJson), std::string(kTooMany)};
  if (retry_after) {
    response.headers.emplace_back("Retry-After", std::to_string(retry_after->count()));
  }
  return response;
}

Response Misbehaviour::Apply(Response response, FaultKind kind) {
  if (std::optional<Response> canned = CannedResponse(kind)) return *std::move(canned);
  if (kind == FaultKind::kSlow) {
    response.delivery = Delivery::kSlow;
    return response;
  }
  response.served.reset();
  if (kind == FaultKind::kStall) response.delivery = Delivery::kStall;
  if (kind == FaultKind::kReset) response.delivery = Delivery::kReset;
  if (kind != FaultKind::kTruncate) return response;
  if (truncations_++ % 2 == 0) {
    response.delivery = Delivery::kCut;
  } else {
    response.body.resize(response.body.size() / 2);
  }
  return response;
}

}  // namespace polyhouse
