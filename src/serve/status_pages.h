#pragma once

#include <functional>
#include <optional>
#include <string>

#include "serve/web_message.h"

namespace polyhouse {

/// How things stand, as it was last looked at.
struct StatusSample {
  std::string unhealthy{};  ///< Why it does not live, a sentence a line; empty while it does.
  std::string unready{};    ///< Likewise, and why it does not keep up.
  std::string json{};       ///< For programs.
  std::string text{};       ///< For people.
  std::string metrics{};    ///< For Prometheus.
};

/// /healthz (or /health) and /readyz (200, or 503 with the reasons), /status (JSON), /metrics, /
/// (text), from memory: most of all while Redis or ClickHouse are away. Thread-safe, if `sample`
/// is.
class StatusPages final : public WebHandler {
 public:
  explicit StatusPages(std::function<StatusSample()> sample) : sample_(std::move(sample)) {}

  WebDecision Decide(WebRequest request) override;
  /// Empty: the path is none of them.
  std::optional<WebAnswer> Find(std::string_view path) const;

 private:
  const std::function<StatusSample()> sample_;
};

/// 404, with the paths that there are.
WebAnswer NoSuchStatusPage();

/// Whether a path tells nothing but whether we live and keep up.
bool IsHealthPath(std::string_view path);

}  // namespace polyhouse
