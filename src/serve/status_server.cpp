#include "serve/status_server.h"

#include <microhttpd.h>

#include <string_view>
#include <utility>

#include "doors/listener.h"

namespace polyhouse {
namespace {

constexpr unsigned kIdleSeconds = 30;
constexpr unsigned kMostConnections = 256;

struct Page {
  unsigned status = 200;
  const char* type = "text/plain; charset=utf-8";
  std::string body;
};

Page PageOf(std::string_view path, StatusSample sample) {
  const unsigned health = sample.unhealthy.empty() ? MHD_HTTP_OK : MHD_HTTP_SERVICE_UNAVAILABLE;
  if (path == "/health") {
    return {.status = health,
            .body = sample.unhealthy.empty() ? "ok\n" : std::move(sample.unhealthy) + "\n"};
  }
  if (path == "/status") {
    return {.type = "application/json", .body = std::move(sample.json) + "\n"};
  }
  if (path == "/") return {.body = std::move(sample.text)};
  return {.status = MHD_HTTP_NOT_FOUND, .body = "There are /, /status and /health.\n"};
}

}  // namespace

struct StatusServer::Impl {
  Listener listener;
  std::function<StatusSample()> sample;
  MHD_Daemon* daemon = nullptr;

  // NOLINTNEXTLINE(readability-function-size): libmicrohttpd fixes the parameters.
  static MHD_Result OnRequest(void* self,
                              MHD_Connection* connection,
                              const char* path,
                              const char* method,
                              const char*,
                              const char*,
                              std::size_t* upload_size,
                              void** seen) {
    // The first call brings the headers; bodies are ignored.
    if (std::exchange(*seen, self) == nullptr || *upload_size > 0) {
      *upload_size = 0;
      return MHD_YES;
    }
    const bool reads = std::string_view(method) == "GET" || std::string_view(method) == "HEAD";
    const Page page = reads ? PageOf(path, static_cast<Impl*>(self)->sample())
                            : Page{.status = MHD_HTTP_METHOD_NOT_ALLOWED, .body = "Only GET.\n"};
    MHD_Response* response = MHD_create_response_from_buffer(
        page.body.size(), const_cast<char*>(page.body.data()), MHD_RESPMEM_MUST_COPY);
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, page.type);
    MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
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
  auto impl = std::make_unique<Impl>();
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
                                  kMostConnections,
                                  MHD_OPTION_CONNECTION_TIMEOUT,
                                  kIdleSeconds,
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
