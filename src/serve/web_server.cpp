#include "serve/web_server.h"

#include <microhttpd.h>

#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include "doors/listener.h"
#include "doors/request_check.h"
#include "doors/slow_clients.h"
#include "serve/client_leaves.h"
#include "serve/conversation.h"
#include "serve/work_pool.h"

namespace polyhouse {
namespace {

constexpr std::size_t kMostConnections = 1'024;
/// libmicrohttpd takes no more than this; until then the slowest connections have gone.
constexpr unsigned kRoomForNew = 128;
/// Of one address, where others than this machine can connect.
constexpr unsigned kMostOfOneAddress = 256;
/// Request line and headers must fit.
constexpr std::size_t kConnectionBytes = 32'768;
constexpr ClientPatience kPatience{.most_connections = kMostConnections,
                                   .head = std::chrono::seconds(10),
                                   .body = std::chrono::seconds(30),
                                   .silence = std::chrono::seconds(30)};
constexpr std::size_t kPageThreads = 6;
constexpr std::size_t kLongThreads = 2;
constexpr std::chrono::seconds kWorkPatience{2};

}  // namespace

struct WebServer::Impl {
  explicit Impl(WebHandler& of, ListeningPlace at)
      : parts{of,
              std::move(at),
              slow_clients,
              leaves,
              [this](WebWork::Kind kind, WorkPool::Work work) {
                (kind == WebWork::Kind::kLong ? long_work : page_work).Add(std::move(work));
              }} {}

  using Conversations = std::map<Conversation*, std::shared_ptr<Conversation>>;

  Listener listener;
  SlowClients slow_clients{kPatience};
  ClientLeaves leaves;
  WorkPool page_work{kPageThreads, kWorkPatience};
  WorkPool long_work{kLongThreads, kWorkPatience};
  ConversationParts parts;
  std::mutex mutex;  ///< For what follows.
  Conversations conversations;
  bool is_ending = false;
  MHD_Daemon* daemon = nullptr;

  Conversation* Begin(MHD_Connection* connection, const RequestHead& head) {
    auto conversation = std::make_shared<Conversation>(parts, connection, head);
    const std::lock_guard lock(mutex);
    if (is_ending) return nullptr;
    Conversation* const known = conversation.get();
    conversations.emplace(known, std::move(conversation));
    return known;
  }
  void End(Conversation* conversation) {
    conversation->Complete();
    const std::lock_guard lock(mutex);
    conversations.erase(conversation);
  }
  void AbandonAll() {
    std::vector<std::shared_ptr<Conversation>> left;
    {
      const std::lock_guard lock(mutex);
      is_ending = true;
      for (const auto& [known, conversation] : conversations) left.push_back(conversation);
    }
    for (const auto& conversation : left) conversation->Abandon();
  }

  static void OnConnection(void* self,
                           MHD_Connection* connection,
                           void**,
                           MHD_ConnectionNotificationCode what) {
    auto& slow = static_cast<Impl*>(self)->slow_clients;
    if (what == MHD_CONNECTION_NOTIFY_STARTED) slow.Opened(DescriptorOf(connection));
    if (what == MHD_CONNECTION_NOTIFY_CLOSED) slow.Closed(DescriptorOf(connection));
  }

  static void OnCompleted(void* self, MHD_Connection*, void** slot, MHD_RequestTerminationCode) {
    if (*slot == nullptr) return;
    static_cast<Impl*>(self)->End(static_cast<Conversation*>(*slot));
    *slot = nullptr;
  }

  // NOLINTNEXTLINE(readability-function-size): libmicrohttpd fixes the parameters.
  static MHD_Result OnRequest(void* self,
                              MHD_Connection* connection,
                              const char* path,
                              const char* method,
                              const char* version,
                              const char* piece,
                              std::size_t* piece_size,
                              void** slot) {
    if (*slot == nullptr) {
      *slot = static_cast<Impl*>(self)->Begin(connection, {method, path, version});
      if (*slot == nullptr) return MHD_NO;
      auto& begun = *static_cast<Conversation*>(*slot);
      return begun.is_refused() ? begun.Go() : MHD_YES;
    }
    auto& conversation = *static_cast<Conversation*>(*slot);
    if (*piece_size == 0) return conversation.Go();
    conversation.Receive({piece, *piece_size});
    *piece_size = 0;
    return MHD_YES;
  }
};

WebServer::WebServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Result<std::unique_ptr<WebServer>> WebServer::Start(const std::string& address,
                                                    Clients clients,
                                                    WebHandler& handler) {
  auto listener = Listener::OnTcp(address);
  if (!listener) return std::move(listener).error();
  const auto parts = ParseHostPort(address);
  if (!parts) return parts.error();
  const bool is_ours = listener->reach() == Listener::Reach::kThisMachine;
  if (!is_ours && clients == Clients::kThisMachine) {
    return ConfigError(address +
                       " lets other machines in: set a token for them (listen_token, "
                       "POLYHOUSE_LISTEN_TOKEN), or listen on 127.0.0.1.");
  }
  auto impl = std::make_unique<Impl>(handler, ListeningPlace{is_ours, parts->host});
  impl->listener = std::move(*listener);
  impl->daemon = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME,
                                  0,
                                  nullptr,
                                  nullptr,
                                  &Impl::OnRequest,
                                  impl.get(),
                                  MHD_OPTION_LISTEN_SOCKET,
                                  impl->listener.descriptor(),
                                  MHD_OPTION_CONNECTION_LIMIT,
                                  static_cast<unsigned>(kMostConnections) + kRoomForNew,
                                  MHD_OPTION_PER_IP_CONNECTION_LIMIT,
                                  is_ours ? 0U : kMostOfOneAddress,
                                  MHD_OPTION_CONNECTION_MEMORY_LIMIT,
                                  kConnectionBytes,
                                  MHD_OPTION_NOTIFY_CONNECTION,
                                  &Impl::OnConnection,
                                  impl.get(),
                                  MHD_OPTION_NOTIFY_COMPLETED,
                                  &Impl::OnCompleted,
                                  impl.get(),
                                  MHD_OPTION_END);
  if (impl->daemon == nullptr) return ConfigError("Cannot serve on " + address + ".");
  return std::unique_ptr<WebServer>(new WebServer(std::move(impl)));
}

WebServer::~WebServer() {
  // libmicrohttpd closes the listening socket, which is the listener's: it is closed once.
  const MHD_socket taken = MHD_quiesce_daemon(impl_->daemon);
  static_cast<void>(taken);
  impl_->AbandonAll();
  // Until nothing is at work any more, so that no connection sleeps.
  impl_->page_work.Finish();
  impl_->long_work.Finish();
  MHD_stop_daemon(impl_->daemon);
}

std::uint16_t WebServer::port() const {
  return impl_->listener.port();
}

}  // namespace polyhouse
