#include "serve/status_pages.h"

#include <utility>

namespace polyhouse {
namespace {

/// "ok", or 503 with the reasons.
WebAnswer VerdictPage(std::string reasons) {
  if (reasons.empty()) return {.body = "ok\n"};
  return {.status = 503, .body = std::move(reasons) + "\n"};
}

bool IsHealth(std::string_view path) {
  return path == "/health" || path == "/healthz";
}

}  // namespace

bool IsHealthPath(std::string_view path) {
  return IsHealth(path) || path == "/readyz";
}

WebAnswer NoSuchStatusPage() {
  return {.status = 404, .body = "There are /, /status, /metrics, /healthz and /readyz.\n"};
}

std::optional<WebAnswer> StatusPages::Find(std::string_view path) const {
  WebAnswer answer;
  if (IsHealth(path)) {
    answer = VerdictPage(sample_().unhealthy);
  } else if (path == "/readyz") {
    answer = VerdictPage(sample_().unready);
  } else if (path == "/status") {
    answer = {.type = "application/json", .body = sample_().json + "\n"};
  } else if (path == "/metrics") {
    // The version of the format, as its description asks for it.
    answer = {.type = "text/plain; version=0.0.4; charset=utf-8", .body = sample_().metrics};
  } else if (path == "/") {
    answer = {.body = sample_().text};
  } else {
    return std::nullopt;
  }
  answer.headers.emplace_back("Cache-Control", "no-store");
  return answer;
}

WebDecision StatusPages::Decide(WebRequest request) {
  if (request.method != "GET" && request.method != "HEAD") {
    return WebAnswer{.status = 405, .body = "Only GET.\n"};
  }
  if (auto answer = Find(request.path)) return std::move(*answer);
  return NoSuchStatusPage();
}

}  // namespace polyhouse
