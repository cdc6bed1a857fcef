#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/clock.h"
#include "ports/http_client.h"

namespace polyhouse {

// HTTP through libcurl: keep-alive, gzip and other encodings that curl was built with, TLS, proxies
// from the usual environment variables (http_proxy, https_proxy, no_proxy). When requests fail, the
// error says what curl said and to whom.

struct CurlOptions {
  std::string user_agent;
  std::chrono::milliseconds connect_timeout{10'000};
  /// A transfer that moves fewer than one byte a second for this long has stalled.
  std::chrono::seconds stall_timeout{15};
  std::uint64_t max_body_bytes = 256UL << 20U;
  std::string ca_file{};  ///< Certificates (PEM) to trust instead of the system's; empty: those.
  /// Told what time it is, to the second, where an answer with a Date header comes from.
  std::function<void(Timestamp)> on_date{};
};

/// One client is one connection at a time. `clock` is asked when Retry-After holds a date; it must
/// outlive the client.
std::unique_ptr<HttpClient> MakeCurlHttpClient(const CurlOptions& options, Clock& clock);

}  // namespace polyhouse
