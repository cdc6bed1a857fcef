#include "adapters/redis/redis_topology.h"

#include <algorithm>
#include <charconv>

#include "adapters/redis/redis_error.h"

namespace polyhouse {
namespace {

/// How often a cluster may send us on before we give up for now.
constexpr int kMaxMoves = 5;

Result<RedisSocket> ConnectAndLogIn(const RedisEndpoint& endpoint, const RedisOptions& options) {
  auto socket = RedisSocket::Connect(endpoint, options);
  if (!socket) return socket;
  if (auto status = LogIn(*socket, options); !status) return std::move(status).error();
  return socket;
}

/// Nothing when the reply is an error or did not come.
Result<RedisReply> Ask(RedisSocket& socket, std::initializer_list<std::string_view> command) {
  RedisCommands commands;
  commands.Add(command);
  auto replies = socket.Run(commands);
  if (!replies) return std::move(replies).error();
  if (auto error = FirstError(*replies)) return std::move(*error);
  return std::move(replies->front());
}

std::optional<RedisEndpoint> ToEndpoint(std::string_view host, std::string_view port) {
  RedisEndpoint endpoint{.host = std::string(host)};
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), endpoint.port);
  if (error != std::errc{} || end != port.data() + port.size()) return {};
  return endpoint;
}

/// Asks one sentinel. kConfig when it does not know the service.
Result<RedisEndpoint> AskForMaster(const RedisEndpoint& sentinel, const RedisOptions& options) {
  RedisOptions login = options;
  login.user.clear();
  login.password = options.sentinel_password;
  login.database = 0;
  auto socket = ConnectAndLogIn(sentinel, login);
  if (!socket) return std::move(socket).error();
  const auto reply = Ask(*socket, {"SENTINEL", "GET-MASTER-ADDR-BY-NAME", options.service});
  if (!reply) return reply.error();
  const RedisValue address = reply->value();
  if (address.IsNil()) {
    return ConfigError("the sentinels do not know the service " + options.service);
  }
  auto master = ToEndpoint(address[0].text(), address[1].text());
  if (!master) return TransientError("a sentinel gives no address of the master");
  return *master;
}

/// Connects, and believes it to be the master only when it says so itself: a sentinel may not know
/// yet that it is not.
Result<RedisSocket> ConnectThroughSentinel(const RedisEndpoint& sentinel,
                                           const RedisOptions& options) {
  const auto master = AskForMaster(sentinel, options);
  if (!master) return master.error();
  auto socket = ConnectAndLogIn(*master, options);
  if (!socket) return socket;
  const auto role = Ask(*socket, {"ROLE"});
  if (!role) return role.error();
  if (role->value()[0].text() != "master") {
    return TransientError("the sentinels still name a server that is no master any more");
  }
  return socket;
}

/// Connects to the node that has our slot: a key of ours is asked for, and the answer followed.
Result<RedisSocket> ConnectInCluster(RedisEndpoint node,
                                     const RedisOptions& options,
                                     std::optional<RedisEndpoint>& moved_to) {
  for (int moves = 0; moves < kMaxMoves; ++moves) {
    auto socket = ConnectAndLogIn(node, options);
    if (!socket) return socket;
    RedisCommands probe;
    probe.Add({"EXISTS", options.key_prefix});
    const auto replies = socket->Run(probe);
    if (!replies) return replies.error();
    const RedisValue answer = replies->front().value();
    if (!answer.IsError()) return socket;
    auto moved = ParseMoved(answer.text());
    if (!moved) return ClassifyRedisError(answer.text());
    // "MOVED 1 :6381" means the host that was asked.
    if (moved->host.empty()) moved->host = node.host;
    node = *moved;
    moved_to = node;
  }
  return TransientError("the cluster's nodes send us in a circle");
}

Result<RedisSocket> ConnectThrough(const RedisEndpoint& endpoint,
                                   const RedisOptions& options,
                                   std::optional<RedisEndpoint>& moved_to) {
  switch (options.kind) {
    case RedisKind::kStandalone:
      return ConnectAndLogIn(endpoint, options);
    case RedisKind::kSentinel:
      return ConnectThroughSentinel(endpoint, options);
    case RedisKind::kCluster:
      return ConnectInCluster(endpoint, options, moved_to);
  }
  return ConfigError("unknown kind of Redis");
}

}  // namespace

std::optional<RedisEndpoint> ParseMoved(std::string_view reply) {
  if (RedisErrorCode(reply) != "MOVED") return {};
  const auto address = reply.substr(reply.rfind(' ') + 1);
  const auto colon = address.rfind(':');
  if (colon == std::string_view::npos) return {};
  return ToEndpoint(address.substr(0, colon), address.substr(colon + 1));
}

Result<RedisSocket> ConnectToMaster(RedisOptions& options, std::optional<RedisEndpoint>& moved_to) {
  if (auto status = CheckRedisOptions(options); !status) return std::move(status).error();
  if (moved_to && !moved_to->host.empty()) {
    const RedisEndpoint node = *moved_to;
    moved_to.reset();
    auto socket = ConnectThrough(node, options, moved_to);
    if (socket) return socket;
  }
  Error last = TransientError("Redis: no server answered");
  for (std::size_t i = 0; i < options.endpoints.size(); ++i) {
    auto socket = ConnectThrough(options.endpoints[i], options, moved_to);
    if (socket) {
      const auto chosen = options.endpoints.begin() + static_cast<std::ptrdiff_t>(i);
      std::rotate(options.endpoints.begin(), chosen, chosen + 1);
      return socket;
    }
    // What one server refuses counts only when no other one answers better.
    if (i == 0 || socket.error().kind == ErrorKind::kTransient) last = socket.error();
  }
  return last;
}

}  // namespace polyhouse
