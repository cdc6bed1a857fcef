#include "http_server.h"

#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <stop_token>
#include <system_error>

#include "body_sender.h"
#include "gzip.h"

namespace polyhouse {
namespace {

/// As real servers have it; the API answers 414 beyond.
constexpr std::size_t kLongestTarget = 8190;
constexpr std::size_t kMemoryPerConnection = std::size_t{64} * 1024;
constexpr unsigned kIdleSeconds = 300;
/// More than anyone asks in one batch; what comes after it is ignored.
constexpr std::size_t kLongestBody = std::size_t{8} * 1024 * 1024;
constexpr std::size_t kPartSize = std::size_t{64} * 1024;

/// One request on its way through the server.
struct Exchange {
  std::string target;
  std::string body{};
  bool saw_headers = false;
  std::optional<Response> response;
  std::optional<BodySender> sender;
};

int SocketOf(MHD_Connection* connection) {
  const MHD_ConnectionInfo* info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  return info ? info->connect_fd : -1;
}

/// Dissolving the association of a connected socket sends the reset at once (tcp(7), connect(2)
/// with AF_UNSPEC).
void ResetConnection(int socket) {
  const linger now{1, 0};
  setsockopt(socket, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  sockaddr nowhere{};
  nowhere.sa_family = AF_UNSPEC;
  static_cast<void>(connect(socket, &nowhere, sizeof nowhere));
}

ssize_t ReadBody(void* sender, std::uint64_t, char* buffer, std::size_t room) {
  const BodyPart part = static_cast<BodySender*>(sender)->Next(buffer, room);
  if (part.state == BodyState::kEnd) return MHD_CONTENT_READER_END_OF_STREAM;
  if (part.state == BodyState::kBroken) return MHD_CONTENT_READER_END_WITH_ERROR;
  return static_cast<ssize_t>(part.size);
}

using ResponseOwner = std::unique_ptr<MHD_Response, decltype(&MHD_destroy_response)>;

ResponseOwner MakeResponse(Exchange& exchange, int socket, std::stop_token stop) {
  Response& response = *exchange.response;
  MHD_Response* raw = nullptr;
  if (response.delivery == Delivery::kWhole && !response.more) {
    raw = MHD_create_response_from_buffer(
        response.body.size(), response.body.data(), MHD_RESPMEM_PERSISTENT);
  } else {
    exchange.sender.emplace(response, socket, std::move(stop));
    const std::uint64_t size = response.more ? MHD_SIZE_UNKNOWN : response.body.size();
    raw = MHD_create_response_from_callback(size, kPartSize, &ReadBody, &*exchange.sender, nullptr);
  }
  ResponseOwner owner(raw, &MHD_destroy_response);
  MHD_add_response_header(raw, "Content-Type", response.content_type.c_str());
  for (const auto& [name, value] : response.headers) {
    MHD_add_response_header(raw, name.c_str(), value.c_str());
  }
  return owner;
}

bool TakesGzip(MHD_Connection* connection) {
  const char* accepted =
      MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_ACCEPT_ENCODING);
  return accepted && std::strstr(accepted, "gzip") != nullptr;
}

/// Bodies go out compressed, as the API's do; what a fault then breaks are compressed bytes.
void Compress(Response& response) {
  if (response.more || response.body.empty()) return;
  response.body = Gzip(response.body);
  response.headers.emplace_back("Content-Encoding", "gzip");
}

std::optional<sockaddr_in> ParseAddress(const HttpServerOptions& options) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(options.port);
  if (inet_pton(AF_INET, options.address.c_str(), &address.sin_addr) != 1) return std::nullopt;
  return address;
}

}  // namespace

struct HttpServer::Impl {
  HttpHandler& handler;
  bool log_requests;
  std::stop_source stopping{};
  MHD_Daemon* daemon = nullptr;

  MHD_Result Answer(MHD_Connection* connection, const char* method, Exchange& exchange);
  void Finish(std::unique_ptr<Exchange> exchange, MHD_RequestTerminationCode code);

  static void* StartExchange(void*, const char* target, MHD_Connection*) {
    return std::make_unique<Exchange>(Exchange{.target = target}).release();
  }

  // NOLINTNEXTLINE(readability-function-size): libmicrohttpd fixes the parameters.
  static MHD_Result OnRequest(void* impl,
                              MHD_Connection* connection,
                              const char*,
                              const char* method,
                              const char*,
                              const char* upload,
                              std::size_t* upload_size,
                              void** state) {
    auto& exchange = *static_cast<Exchange*>(*state);
    // An answer to the first call would close the connection.
    if (!std::exchange(exchange.saw_headers, true) || *upload_size > 0) {
      const std::size_t room = kLongestBody - exchange.body.size();
      if (upload != nullptr) exchange.body.append(upload, std::min(room, *upload_size));
      *upload_size = 0;
      return MHD_YES;
    }
    return static_cast<Impl*>(impl)->Answer(connection, method, exchange);
  }

  static void OnFinished(void* impl,
                         MHD_Connection*,
                         void** state,
                         MHD_RequestTerminationCode code) {
    static_cast<Impl*>(impl)->Finish(
        std::unique_ptr<Exchange>(static_cast<Exchange*>(std::exchange(*state, nullptr))), code);
  }
};

MHD_Result HttpServer::Impl::Answer(MHD_Connection* connection,
                                    const char* method,
                                    Exchange& exchange) {
  if (exchange.target.size() > kLongestTarget) {
    exchange.response = ErrorResponse(414, "uri error", "request URI too long");
  } else {
    Request request = ParseTarget(method, exchange.target);
    request.body = std::move(exchange.body);
    exchange.response = handler.Handle(request, stopping.get_token());
  }
  if (TakesGzip(connection)) Compress(*exchange.response);
  const Response& response = *exchange.response;
  if (log_requests) {
    std::fprintf(stderr, "%s %s %u\n", method, exchange.target.c_str(), response.status);
  }
  if (response.delivery == Delivery::kReset) {
    ResetConnection(SocketOf(connection));
    return MHD_NO;
  }
  const ResponseOwner owner = MakeResponse(exchange, SocketOf(connection), stopping.get_token());
  return MHD_queue_response(connection, response.status, owner.get());
}

void HttpServer::Impl::Finish(std::unique_ptr<Exchange> exchange, MHD_RequestTerminationCode code) {
  if (!exchange || !exchange->response) return;
  handler.Finished(
      *exchange->response,
      code == MHD_REQUEST_TERMINATED_COMPLETED_OK ? Outcome::kSentWhole : Outcome::kBroken);
}

Result<std::unique_ptr<HttpServer>> HttpServer::Start(const HttpServerOptions& options,
                                                      HttpHandler& handler) {
  const std::optional<sockaddr_in> address = ParseAddress(options);
  if (!address) return ConfigError("\"" + options.address + "\" is no IPv4 address to listen on.");
  auto impl = std::make_unique<Impl>(Impl{handler, options.log_requests});
  impl->daemon = MHD_start_daemon(MHD_USE_POLL_INTERNAL_THREAD | MHD_USE_THREAD_PER_CONNECTION,
                                  options.port,
                                  nullptr,
                                  nullptr,
                                  &Impl::OnRequest,
                                  impl.get(),
                                  MHD_OPTION_SOCK_ADDR,
                                  &*address,
                                  MHD_OPTION_URI_LOG_CALLBACK,
                                  &Impl::StartExchange,
                                  nullptr,
                                  MHD_OPTION_NOTIFY_COMPLETED,
                                  &Impl::OnFinished,
                                  impl.get(),
                                  MHD_OPTION_CONNECTION_MEMORY_LIMIT,
                                  kMemoryPerConnection,
                                  MHD_OPTION_CONNECTION_TIMEOUT,
                                  kIdleSeconds,
                                  MHD_OPTION_END);
  if (!impl->daemon) {
    return ConfigError("Cannot listen on " + options.address + ":" + std::to_string(options.port) +
                       ": " + std::generic_category().message(errno) + ".");
  }
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(impl)));
}

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

HttpServer::~HttpServer() {
  impl_->stopping.request_stop();
  MHD_stop_daemon(impl_->daemon);
}

std::uint16_t HttpServer::port() const {
  const MHD_DaemonInfo* info = MHD_get_daemon_info(impl_->daemon, MHD_DAEMON_INFO_BIND_PORT);
  return info ? info->port : 0;
}

}  // namespace polyhouse
