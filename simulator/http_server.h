#pragma once

#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>

#include "base/result.h"
#include "request.h"
#include "response.h"

namespace polyhouse {

/// How a response ended.
enum class Outcome { kSentWhole, kBroken };

/// Answers requests. Called from many threads at once.
class HttpHandler {
 public:
  virtual ~HttpHandler() = default;
  /// May wait, as it has a thread of its own for the connection; not longer than until `stop`.
  virtual Response Handle(const Request& request, std::stop_token stop) = 0;
  /// Called once for each response that Handle gave, when its last byte is with the kernel or never
  /// will be.
  virtual void Finished(const Response& response, Outcome outcome) = 0;
};

struct HttpServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  ///< 0: the system chooses.
  bool log_requests = false;
};

/// An HTTP/1.1 server with a thread per connection. Stops, and ends every response under way, when
/// destroyed.
class HttpServer final {
 public:
  /// `handler` outlives the server. kConfig when the address cannot be listened on.
  static Result<std::unique_ptr<HttpServer>> Start(const HttpServerOptions& options,
                                                   HttpHandler& handler);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  std::uint16_t port() const;

 private:
  struct Impl;
  explicit HttpServer(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace polyhouse
