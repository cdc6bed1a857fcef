#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"

namespace polyhouse {

/// How things stand, as it was last looked at.
struct StatusSample {
  std::string unhealthy{};  ///< Why it does not live, a sentence a line; empty while it does.
  std::string unready{};    ///< Likewise, and why it does not keep up.
  std::string json{};       ///< For programs.
  std::string text{};       ///< For people.
  std::string metrics{};    ///< For Prometheus.
};

/// Serves the last sample over HTTP: /healthz (or /health) and /readyz (200, or 503 with the
/// reasons), /status (JSON), /metrics, / (text). Web pages of other sites are refused, slow clients
/// cut. A request never waits for Redis or ClickHouse: it is answered from memory, most of all
/// while they are away.
class StatusServer {
 public:
  /// `sample` is called for each request, from several threads. kConfig when the address cannot be
  /// listened on.
  static Result<std::unique_ptr<StatusServer>> Start(const std::string& address,
                                                     std::function<StatusSample()> sample);
  ~StatusServer();
  StatusServer(const StatusServer&) = delete;
  StatusServer& operator=(const StatusServer&) = delete;

  std::uint16_t port() const;

 private:
  struct Impl;
  explicit StatusServer(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace polyhouse
