#include "engine/http_server.h"

#include <microhttpd.h>
#include <unistd.h>

#include <exception>

#include "engine/http_request.h"

namespace polyhouse::engine {
namespace {

/// Connections at once, most of them silent; libmicrohttpd closes the next one without a word. What
/// is bounded with an answer is requests (Traffic). On TCP there are fewer, and the slowest goes
/// before libmicrohttpd's bound is reached (SlowClients).
constexpr unsigned kMostConnections = 1024;
constexpr std::size_t kMostOverTcp = 256;
/// Buffer of a connection: request line and headers must fit, and a piece of the body is half of
/// it. Pages that were never used take no memory.
constexpr std::size_t kConnectionBytes = std::size_t{512} << 10;

constexpr unsigned kFlags =
    MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION | MHD_USE_POLL | MHD_USE_ITC;

// NOLINTNEXTLINE(readability-function-size): libmicrohttpd fixes the parameters.
MHD_Result OnRequest(void* context,
                     MHD_Connection* connection,
                     const char* path,
                     const char* method,
                     const char* version,
                     const char* piece,
                     std::size_t* piece_size,
                     void** slot) {
  try {
    if (*slot == nullptr) {
      auto& server = *static_cast<EngineHttpServer*>(context);
      *slot = new HttpRequest(server, connection, {path, method, version});
      return MHD_YES;
    }
    auto& request = *static_cast<HttpRequest*>(*slot);
    if (*piece_size == 0) return request.Answer();
    request.Receive({piece, *piece_size});
    *piece_size = 0;
    return MHD_YES;
  } catch (const std::exception&) {
    return MHD_NO;  // Out of memory: the connection is closed, the engine goes on.
  }
}

/// Tells the watch over slow clients of connections that come and go.
void OnConnection(void* context,
                  MHD_Connection* connection,
                  void** /*slot*/,
                  MHD_ConnectionNotificationCode what) {
  auto* const slow = static_cast<EngineHttpServer*>(context)->slow_clients();
  if (slow == nullptr) return;
  const int descriptor = DescriptorOf(connection);
  if (what == MHD_CONNECTION_NOTIFY_STARTED) slow->Opened(descriptor);
  if (what == MHD_CONNECTION_NOTIFY_CLOSED) slow->Closed(descriptor);
}

void OnCompleted(void* context,
                 MHD_Connection* connection,
                 void** slot,
                 MHD_RequestTerminationCode /*reason*/) {
  auto* const slow = static_cast<EngineHttpServer*>(context)->slow_clients();
  if (slow != nullptr) slow->AwaitNext(DescriptorOf(connection));
  // A request that ended early (client gone, body cut short) dies here without Answer.
  delete static_cast<HttpRequest*>(*slot);
  *slot = nullptr;
}

}  // namespace

Result<std::unique_ptr<EngineHttpServer>> EngineHttpServer::Start(const Listener& listener,
                                                                  EngineDoor door,
                                                                  EngineParts parts) {
  std::unique_ptr<EngineHttpServer> server(new EngineHttpServer(std::move(door), parts));
  if (server->door_.kind == EngineDoor::Kind::kTcp) {
    server->slow_clients_ =
        std::make_unique<SlowClients>(ClientPatience{.most_connections = kMostOverTcp});
  }
  server->daemon_ = MHD_start_daemon(kFlags,
                                     0,
                                     nullptr,
                                     nullptr,
                                     OnRequest,
                                     server.get(),
                                     MHD_OPTION_LISTEN_SOCKET,
                                     listener.descriptor(),
                                     MHD_OPTION_CONNECTION_LIMIT,
                                     kMostConnections,
                                     MHD_OPTION_CONNECTION_MEMORY_LIMIT,
                                     kConnectionBytes,
                                     MHD_OPTION_CONNECTION_TIMEOUT,
                                     kSilenceSeconds,
                                     MHD_OPTION_NOTIFY_COMPLETED,
                                     OnCompleted,
                                     server.get(),
                                     MHD_OPTION_NOTIFY_CONNECTION,
                                     OnConnection,
                                     server.get(),
                                     MHD_OPTION_END);
  if (server->daemon_ == nullptr) return ConfigError("Cannot start the engine's HTTP server.");
  return server;
}

void EngineHttpServer::StopAccepting() {
  static_cast<void>(MHD_quiesce_daemon(daemon_));  // The listening socket is its owner's to close.
}

EngineHttpServer::~EngineHttpServer() {
  if (daemon_ == nullptr) return;
  StopAccepting();
  MHD_stop_daemon(daemon_);
}

}  // namespace polyhouse::engine
