#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "serve/web_message.h"

namespace polyhouse {

/// An HTTP server for one address. Web pages of other sites are refused, slow clients cut, bodies
/// and connections bounded; every answer forbids the browser what our page does not need. What
/// takes time is done by threads for pages and threads for long questions, each kind with its own;
/// while they are all busy a client waits two seconds and is then told to come back.
class WebServer {
 public:
  /// Whom the handler can stand.
  enum class Clients { kThisMachine, kAnybody };

  /// `handler` must outlive it. kConfig when the address cannot be listened on, or others can
  /// connect there than the handler can stand.
  static Result<std::unique_ptr<WebServer>> Start(const std::string& address,
                                                  Clients clients,
                                                  WebHandler& handler);
  /// Ends what is under way. Sources of bodies that the handler gave are closed.
  ~WebServer();
  WebServer(const WebServer&) = delete;
  WebServer& operator=(const WebServer&) = delete;

  std::uint16_t port() const;

 private:
  struct Impl;
  explicit WebServer(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace polyhouse
