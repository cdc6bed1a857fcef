#pragma once

#include <microhttpd.h>

#include <memory>
#include <optional>
#include <string_view>

#include "doors/request_check.h"
#include "engine/body_decoder.h"
#include "engine/exchange.h"
#include "engine/http_server.h"

namespace polyhouse::engine {

/// How long a connection may stay silent between and inside requests, in seconds.
constexpr unsigned kSilenceSeconds = 60;

/// The time that the client of a connection may take. While the engine is at work it does not run.
class ClientTime {
 public:
  /// `slow` may be null: then only silence counts.
  ClientTime(MHD_Connection* connection, SlowClients* slow)
      : connection_(connection), slow_(slow), descriptor_(DescriptorOf(connection)) {}

  MHD_Connection* connection() const { return connection_; }
  void AwaitBody() const {
    if (slow_ != nullptr) slow_->AwaitBody(descriptor_);
  }
  void Work() const {
    SetSilence(0);
    if (slow_ != nullptr) slow_->Work(descriptor_);
  }
  void Took(std::size_t bytes) const {
    SetSilence(kSilenceSeconds);
    if (slow_ != nullptr) slow_->Took(descriptor_, bytes);
  }
  void AwaitReading(std::size_t bytes) const {
    SetSilence(kSilenceSeconds);
    if (slow_ != nullptr) slow_->AwaitReading(descriptor_, bytes);
  }

 private:
  void SetSilence(unsigned seconds) const {
    MHD_set_connection_option(connection_, MHD_CONNECTION_OPTION_TIMEOUT, seconds);
  }

  MHD_Connection* connection_;
  SlowClients* slow_;
  int descriptor_;
};

/// The first line of a request.
struct RequestLine {
  std::string_view path;
  std::string_view method;
  std::string_view version;  ///< "HTTP/1.1"
};

/// One HTTP request from its first header to the end of its answer. libmicrohttpd calls it on the
/// connection's own thread, so it may wait for the engine.
class HttpRequest {
 public:
  /// Looks at method, path and headers. Errors are answered at the end, when the body has been
  /// read: an answer in the middle of a body would be lost with the connection.
  HttpRequest(EngineHttpServer& server, MHD_Connection* connection, const RequestLine& line);
  HttpRequest(const HttpRequest&) = delete;
  HttpRequest& operator=(const HttpRequest&) = delete;

  void Receive(std::string_view piece);
  /// Runs the request and queues the answer with libmicrohttpd.
  MHD_Result Answer();

 private:
  std::optional<Reply> AnswerWithoutEngine(const RequestLine& line);
  std::optional<Reply> RefuseSource(std::string_view http_version) const;
  std::optional<Reply> TakePlace();
  std::optional<Reply> RefuseStranger() const;
  EngineParts parts() const;
  void OpenExchange();
  void Take(std::string_view piece);
  /// The body is complete: tells whether its compression was, too.
  void EndBody();

  EngineHttpServer& server_;
  MHD_Connection* connection_;
  Rights rights_;
  bool is_head_;
  ClientTime time_;
  // First of what it counts: a request is over when all of it is gone.
  std::optional<Traffic::Visit> visit_;
  std::optional<Reply> reply_;
  std::unique_ptr<BodyDecoder> decoder_;  ///< Null: the body comes as it is.
  std::unique_ptr<Exchange> exchange_;
};

/// Turns a reply into an answer of libmicrohttpd, which then owns its body.
MHD_Result SendReply(const ClientTime& time, Reply reply);

}  // namespace polyhouse::engine
