#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace polyhouse {

struct HttpRequest {
  std::string url;
  /// A request with a body is a POST, one without is a GET. The pieces are sent one after the other
  /// and must stay alive until Send returns.
  std::optional<std::span<const std::string_view>> body{};
  std::vector<std::string> headers{};  ///< "Name: value" each.
  std::string
      unix_socket{};  ///< Connect to this socket instead of the URL's host; empty means TCP.
  std::chrono::milliseconds timeout{30'000};  ///< For the whole exchange; zero means none.
  /// The peer may work for long before it answers: its silence is no stall.
  bool may_be_silent = false;
  /// What stands in the URL beside its host may be a key: errors name the host alone.
  bool has_secret_url = false;
  /// When given, a body with status 200 goes here piece by piece instead of into the response.
  /// Return false to give the transfer up.
  std::function<bool(std::string_view)> on_body{};
};

struct HttpResponse {
  int status = 0;
  std::string body;
  std::optional<std::chrono::milliseconds>
      retry_after;  ///< From Retry-After, as seconds or as a date.
  // ClickHouse's X-ClickHouse-Exception-Code, -Exception-Tag and -Summary; empty when not sent.
  std::string exception_code;
  std::string exception_tag;
  std::string summary;
};

/// Sends one request at a time and waits for the whole answer. Used from one thread; keeps its
/// connection alive between requests. A response of any status is a success here: only the caller
/// knows what 404 means.
class HttpClient {
 public:
  virtual ~HttpClient() = default;
  /// Errors: kTransient when no whole answer came (refused, reset, stalled, truncated, timed out),
  /// kStopping when `stop` was requested meanwhile, kConfig when the request itself cannot be sent
  /// (a bad URL).
  virtual Result<HttpResponse> Send(const HttpRequest& request, std::stop_token stop) = 0;
};

}  // namespace polyhouse
