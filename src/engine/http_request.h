#pragma once

#include <microhttpd.h>

#include <memory>
#include <optional>
#include <string_view>

#include "engine/body_decoder.h"
#include "engine/exchange.h"
#include "engine/http_server.h"

namespace polyhouse::engine {

/// One HTTP request from its first header to the end of its answer. libmicrohttpd calls it on the
/// connection's own thread, so it may wait for the engine.
class HttpRequest {
 public:
  /// Looks at method, path and headers. Errors are answered at the end, when the body has been
  /// read: an answer in the middle of a body would be lost with the connection.
  HttpRequest(EngineHttpServer& server,
              MHD_Connection* connection,
              std::string_view path,
              std::string_view method);
  HttpRequest(const HttpRequest&) = delete;
  HttpRequest& operator=(const HttpRequest&) = delete;

  void Receive(std::string_view piece);
  /// Runs the request and queues the answer with libmicrohttpd.
  MHD_Result Answer();

 private:
  std::optional<Reply> AnswerWithoutEngine(std::string_view path, std::string_view method) const;
  std::optional<Reply> RefuseStranger() const;
  void OpenExchange(std::string_view method);
  /// The body is complete: tells whether its compression was, too.
  void EndBody();

  EngineHttpServer& server_;
  MHD_Connection* connection_;
  Traffic::Visit visit_;  // First of what it counts: a request is over when all of it is gone.
  std::optional<Reply> reply_;
  std::unique_ptr<BodyDecoder> decoder_;  ///< Null: the body comes as it is.
  std::unique_ptr<Exchange> exchange_;
};

/// How long a connection may stay silent between and inside requests, in seconds.
constexpr unsigned kSilenceSeconds = 60;

/// While it lives, libmicrohttpd does not count the connection as silent: the engine is at work.
class WorkingTime {
 public:
  explicit WorkingTime(MHD_Connection* connection) : connection_(connection) { Set(0); }
  WorkingTime(const WorkingTime&) = delete;
  WorkingTime& operator=(const WorkingTime&) = delete;
  ~WorkingTime() { Set(kSilenceSeconds); }

 private:
  void Set(unsigned seconds) {
    MHD_set_connection_option(connection_, MHD_CONNECTION_OPTION_TIMEOUT, seconds);
  }

  MHD_Connection* connection_;
};

/// Turns a reply into an answer of libmicrohttpd, which then owns its body.
MHD_Result SendReply(MHD_Connection* connection, Reply reply);

}  // namespace polyhouse::engine
