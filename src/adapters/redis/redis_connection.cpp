#include "adapters/redis/redis_connection.h"

#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "adapters/redis/redis_error.h"
#include "adapters/redis/redis_topology.h"

namespace polyhouse {
namespace {

/// How often one use follows a cluster from node to node.
constexpr int kMaxMoves = 5;

timeval ToTimeval(std::chrono::milliseconds time) {
  return {.tv_sec = time.count() / 1000, .tv_usec = (time.count() % 1000) * 1000};
}

}  // namespace

Result<RedisSocket> RedisSocket::Connect(const RedisEndpoint& endpoint,
                                         const RedisOptions& options) {
  RedisSocket socket;
  socket.peer_ = endpoint.host + ":" + std::to_string(endpoint.port);
  socket.context_.reset(redisConnectWithTimeout(
      endpoint.host.c_str(), endpoint.port, ToTimeval(options.connect_timeout)));
  if (socket.context_ == nullptr) return TransientError("Redis: out of memory");
  if (socket.context_->err != 0) return socket.Broken("connecting");
  redisSetTimeout(socket.context_.get(), ToTimeval(options.command_timeout));
  redisEnableKeepAlive(socket.context_.get());
  return socket;
}

Error RedisSocket::Broken(std::string_view doing) const {
  // What the system calls a timeout of a read or write.
  const bool timed_out = errno == EAGAIN && context_->err != REDIS_ERR_EOF;
  if (timed_out) return TransientError("Redis at " + peer_ + " is silent");
  return TransientError("Redis at " + peer_ + ", " + std::string(doing) + ": " +
                        (context_->err != 0 ? context_->errstr : std::strerror(errno)));
}

/// Not hiredis' own write: it would raise SIGPIPE, and copy every byte once more.
Status RedisSocket::Send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = send(context_->fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return Broken("sending");
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return Ok();
}

Result<RedisReply> RedisSocket::Receive() {
  void* reply = nullptr;
  if (redisGetReply(context_.get(), &reply) != REDIS_OK) return Broken("waiting for a reply");
  return RedisReply(static_cast<redisReply*>(reply));
}

Result<std::vector<RedisReply>> RedisSocket::Run(const RedisCommands& commands) {
  if (auto status = Send(commands.bytes()); !status) return std::move(status).error();
  std::vector<RedisReply> replies;
  replies.reserve(commands.count());
  while (replies.size() < commands.count()) {
    auto reply = Receive();
    if (!reply) return std::move(reply).error();
    replies.push_back(std::move(*reply));
  }
  return replies;
}

Status LogIn(RedisSocket& socket, const RedisOptions& options) {
  RedisCommands commands;
  const std::string& password = options.password.Reveal();
  if (!options.user.empty()) {
    commands.Add({"AUTH", options.user, password});
  } else if (!password.empty()) {
    commands.Add({"AUTH", password});
  }
  if (options.database != 0) commands.Add({"SELECT", std::to_string(options.database)});
  if (commands.count() == 0) return Ok();
  const auto replies = socket.Run(commands);
  if (!replies) return replies.error();
  for (const RedisReply& reply : *replies) {
    if (reply.value().IsError()) return ClassifyLogInError(reply.value().text());
  }
  return Ok();
}

std::optional<Error> FirstError(const std::vector<RedisReply>& replies) {
  for (const RedisReply& reply : replies) {
    if (reply.value().IsError()) return ClassifyRedisError(reply.value().text());
  }
  return {};
}

Status RedisConnection::EnsureConnected() {
  if (socket_) return Ok();
  auto socket = ConnectToMaster(options_, moved_to_);
  if (!socket) return std::move(socket).error();
  socket_ = std::move(*socket);
  return Ok();
}

Result<std::vector<RedisReply>> RedisConnection::RunHere(const RedisCommands& commands) {
  auto replies = socket_->Run(commands);
  if (!replies) Drop();
  return replies;
}

/// Drops a connection whose server is not, or no longer, the right one. True when a node was named
/// instead.
bool RedisConnection::NoteWhereToGo(const std::vector<RedisReply>& replies) {
  for (const RedisReply& reply : replies) {
    if (!reply.value().IsError()) continue;
    if (MeansAnotherServer(reply.value().text())) Drop();
    const auto moved = ParseMoved(reply.value().text());
    if (!moved) continue;
    moved_to_ = moved;
    Drop();
    return true;
  }
  return false;
}

Result<std::vector<RedisReply>> RedisConnection::Run(const RedisCommands& commands) {
  for (int moves = 0;; ++moves) {
    sent_nothing_ = true;
    if (auto status = EnsureConnected(); !status) return std::move(status).error();
    sent_nothing_ = false;
    auto replies = RunHere(commands);
    // All keys lie in one slot, so a server that does not have it has done nothing of this.
    if (!replies || !NoteWhereToGo(*replies) || moves == kMaxMoves) return replies;
  }
}

Result<std::vector<RedisReply>> RedisConnection::RunWatched(const RedisCommands& commands) {
  sent_nothing_ = !socket_.has_value();
  if (sent_nothing_) return TransientError("Redis: the connection is gone");
  auto replies = RunHere(commands);
  if (replies) NoteWhereToGo(*replies);
  return replies;
}

Result<RedisReply> RedisConnection::RunOne(const RedisCommands& command) {
  auto replies = Run(command);
  if (!replies) return std::move(replies).error();
  if (auto error = FirstError(*replies)) return std::move(*error);
  return std::move(replies->front());
}

Result<RedisReply> RedisConnection::Run(std::initializer_list<std::string_view> command) {
  RedisCommands commands;
  commands.Add(command);
  return RunOne(commands);
}

}  // namespace polyhouse
