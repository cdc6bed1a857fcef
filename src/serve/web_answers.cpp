#include "serve/web_answers.h"

#include <array>

#include "base/json_text.h"

namespace polyhouse {
namespace {

struct Named {
  WebError error;
  unsigned status;
  std::string_view name;
};
constexpr auto kNamed = std::to_array<Named>({
    {WebError::kBadRequest, 400, "bad_request"},
    {WebError::kUnauthorized, 401, "unauthorized"},
    {WebError::kForbidden, 403, "forbidden"},
    {WebError::kNotFound, 404, "not_found"},
    {WebError::kMethod, 405, "bad_request"},
    {WebError::kDeadline, 408, "deadline"},
    {WebError::kTooLarge, 413, "too_large"},
    {WebError::kBusy, 429, "busy"},
    {WebError::kUnavailable, 503, "unavailable"},
});

const Named& Of(WebError error) {
  for (const Named& each : kNamed) {
    if (each.error == error) return each;
  }
  return kNamed.back();
}

constexpr std::array<std::string_view, 5> kData = {
    "/status", "/metrics", "/health", "/healthz", "/readyz"};

}  // namespace

WebAnswer JsonAnswer(std::string json) {
  return {.type = "application/json",
          .body = std::move(json),
          .headers = {{"Cache-Control", "no-store"}}};
}

WebAnswer ErrorAnswer(WebError error, std::string_view message, std::string_view hint) {
  std::string json = "{\"error\":{\"code\":";
  AppendJsonString(json, Of(error).name);
  AppendJsonString(json += ",\"message\":", message);
  AppendJsonString(json += ",\"hint\":", hint);
  WebAnswer answer = JsonAnswer(json + "}}\n");
  answer.status = Of(error).status;
  if (error == WebError::kBusy) answer.headers.emplace_back("Retry-After", "2");
  return answer;
}

bool IsPagePath(std::string_view path) {
  if (path.starts_with("/api/")) return false;
  for (const std::string_view data : kData) {
    if (path == data) return false;
  }
  return true;
}

}  // namespace polyhouse
