#include "serve/status_server.h"

#include <microhttpd.h>

#include <string_view>
#include <utility>

#include "doors/listener.h"
#include "doors/request_check.h"
#include "doors/slow_clients.h"

namespace polyhouse {
namespace {

constexpr std::size_t kMostConnections = 256;
/// libmicrohttpd takes no more than this; until then the slowest connections have gone.
constexpr unsigned kRoomForNew = 128;
constexpr ClientPatience kPatience{.most_connections = kMostConnections,
                                   .head = std::chrono::seconds(5),
                                   .body = std::chrono::seconds(5),
                                   .silence = std::chrono::seconds(30)};

struct Page {
  unsigned status = 200;
  const char* type = "text/plain; charset=utf-8";
  std::string body;
  bool is_last = false;  ///< Close the connection after it.
};

/// "ok", or 503 with the reasons.
Page VerdictPage(std::string reasons) {
  if (reasons.empty()) return {.body = "ok\n"};
  return {.status = MHD_HTTP_SERVICE_UNAVAILABLE, .body = std::move(reasons) + "\n"};
}

Page PageOf(std::string_view path, StatusSample sample) {
  if (path == "/health" || path == "/healthz") return VerdictPage(std::move(sample.unhealthy));
  if (path == "/readyz") return VerdictPage(std::move(sample.unready));
  if (path == "/status") {
    return {.type = "application/json", .body = std::move(sample.json) + "\n"};
  }
  if (path == "/metrics") {
    // The version of the format, as its description asks for it.
    return {.type = "text/plain; version=0.0.4; charset=utf-8", .body = std::move(sample.metrics)};
  }
  if (path == "/") return {.body = std::move(sample.text)};
  return {.status = MHD_HTTP_NOT_FOUND,
          .body = "There are /, /status, /metrics, /healthz and /readyz.\n"};
}

}  // namespace

struct StatusServer::Impl {
  Listener listener;
  ListeningPlace place;
  std::function<StatusSample()> sample;
  SlowClients slow_clients{kPatience};
  MHD_Daemon* daemon = nullptr;

  // NOLINTNEXTLINE(readability-function-size): what the head of a request says.
  Page Answer(MHD_Connection* connection,
              std::string_view path,
              std::string_view method,
              std::string_view version) const {
    auto refusal = CheckFraming(connection);
    if (!refusal) refusal = CheckSource(connection, version, place);
    if (refusal) {
      return {.status = refusal->status, .body = refusal->sentence + "\n", .is_last = true};
    }
    if (method == "GET" || method == "HEAD") return PageOf(path, sample());
    return {.status = MHD_HTTP_METHOD_NOT_ALLOWED, .body = "Only GET.\n"};
  }

  static void OnConnection(void* self,
                           MHD_Connection* connection,
                           void**,
                           MHD_ConnectionNotificationCode what) {
    auto& slow = static_cast<Impl*>(self)->slow_clients;
    if (what == MHD_CONNECTION_NOTIFY_STARTED) slow.Opened(DescriptorOf(connection));
    if (what == MHD_CONNECTION_NOTIFY_CLOSED) slow.Closed(DescriptorOf(connection));
  }

  static void OnCompleted(void* self,
                          MHD_Connection* connection,
                          void**,
                          MHD_RequestTerminationCode) {
    static_cast<Impl*>(self)->slow_clients.AwaitNext(DescriptorOf(connection));
  }

  // NOLINTNEXTLINE(readability-function-size): libmicrohttpd fixes the parameters.
  static MHD_Result OnRequest(void* self,
                              MHD_Connection* connection,
                              const char* path,
                              const char* method,
                              const char* version,
                              const char*,
                              std::size_t* upload_size,
                              void** seen) {
    // The first call brings the headers; bodies are ignored.
    if (std::exchange(*seen, self) == nullptr) {
      static_cast<Impl*>(self)->slow_clients.AwaitBody(DescriptorOf(connection));
      return MHD_YES;
    }
    if (*upload_size > 0) {
      *upload_size = 0;
      return MHD_YES;
    }
    const Page page = static_cast<Impl*>(self)->Answer(connection, path, method, version);
    MHD_Response* response = MHD_create_response_from_buffer(
        page.body.size(), const_cast<char*>(page.body.data()), MHD_RESPMEM_MUST_COPY);
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, page.type);
    MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
    if (page.is_last) {
      MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
    }
    const MHD_Result queued = MHD_queue_response(connection, page.status, response);
    MHD_destroy_response(response);
    return queued;
  }
};

StatusServer::StatusServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Result<std::unique_ptr<StatusServer>> StatusServer::Start(const std::string& address,
                                                          std::function<StatusSample()> sample) {
  auto listener = Listener::OnTcp(address);
  if (!listener) return std::move(listener).error();
  const auto parts = ParseHostPort(address);
  if (!parts) return parts.error();
  auto impl = std::make_unique<Impl>();
  impl->place = {listener->reach() == Listener::Reach::kThisMachine, parts->host};
  impl->listener = std::move(*listener);
  impl->sample = std::move(sample);
  impl->daemon = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD,
                                  0,
                                  nullptr,
                                  nullptr,
                                  &Impl::OnRequest,
                                  impl.get(),
                                  MHD_OPTION_LISTEN_SOCKET,
                                  impl->listener.descriptor(),
                                  MHD_OPTION_CONNECTION_LIMIT,
                                  static_cast<unsigned>(kMostConnections) + kRoomForNew,
                                  MHD_OPTION_NOTIFY_CONNECTION,
                                  &Impl::OnConnection,
                                  impl.get(),
                                  MHD_OPTION_NOTIFY_COMPLETED,
                                  &Impl::OnCompleted,
                                  impl.get(),
                                  MHD_OPTION_END);
  if (impl->daemon == nullptr) return ConfigError("Cannot serve on " + address + ".");
  return std::unique_ptr<StatusServer>(new StatusServer(std::move(impl)));
}

StatusServer::~StatusServer() {
  // libmicrohttpd closes the listening socket, which is the listener's: it is closed once.
  const MHD_socket taken = MHD_quiesce_daemon(impl_->daemon);
  static_cast<void>(taken);
  MHD_stop_daemon(impl_->daemon);
}

std::uint16_t StatusServer::port() const {
  return impl_->listener.port();
}

}  // namespace polyhouse
