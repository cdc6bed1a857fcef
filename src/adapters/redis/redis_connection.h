#pragma once

// Private to adapters/redis: hiredis' C interface behind owning types.

#include <hiredis/hiredis.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/redis/redis_commands.h"
#include "adapters/redis/redis_options.h"
#include "adapters/redis/redis_reply.h"
#include "base/result.h"

namespace polyhouse {

/// One TCP connection to one server. Used from one thread. After any error of Run it must be thrown
/// away: replies may be outstanding on it.
class RedisSocket {
 public:
  /// Connects; kTransient when nobody answers in time. Sends nothing.
  static Result<RedisSocket> Connect(const RedisEndpoint& endpoint, const RedisOptions& options);

  /// Sends all commands at once and waits for the reply to each. An error reply is a reply.
  Result<std::vector<RedisReply>> Run(const RedisCommands& commands);

 private:
  struct Free {
    void operator()(redisContext* context) const { redisFree(context); }
  };

  Status Send(std::string_view bytes);
  Result<RedisReply> Receive();
  Error Broken(std::string_view doing) const;

  std::unique_ptr<redisContext, Free> context_;
  std::string peer_;
};

/// Presents user, password and database, unless empty. kConfig when they are refused.
Status LogIn(RedisSocket& socket, const RedisOptions& options);

/// A way to the server that may be written: connects on first use, through sentinels or cluster
/// nodes where there are some, and again after every failure. Used from one thread.
class RedisConnection {
 public:
  explicit RedisConnection(RedisOptions options) : options_(std::move(options)) {}

  /// Runs the commands in one round trip and gives a reply for each; error replies are for the
  /// caller (FirstError). A cluster's MOVED is followed, and the commands sent anew. Error:
  /// kTransient when some reply did not come, so that nobody knows what was done; kConfig.
  Result<std::vector<RedisReply>> Run(const RedisCommands& commands);
  /// The same on the connection of the last Run, which may watch keys: kTransient when that is
  /// gone. MOVED is not followed, only remembered for the next connection.
  Result<std::vector<RedisReply>> RunWatched(const RedisCommands& commands);
  /// Runs one command; an error reply is an Error here.
  Result<RedisReply> Run(std::initializer_list<std::string_view> command);
  Result<RedisReply> RunOne(const RedisCommands& command);

  /// With the prefix.
  std::string Key(std::string_view name) const { return options_.key_prefix + std::string(name); }
  const RedisOptions& options() const { return options_; }
  /// True when the last run failed before anything was sent.
  bool sent_nothing() const { return sent_nothing_; }
  /// The next use connects anew.
  void Drop() { socket_.reset(); }

 private:
  Status EnsureConnected();
  Result<std::vector<RedisReply>> RunHere(const RedisCommands& commands);
  bool NoteWhereToGo(const std::vector<RedisReply>& replies);

  RedisOptions options_;
  std::optional<RedisSocket> socket_;
  std::optional<RedisEndpoint> moved_to_;  ///< In a cluster: the node that has our slot.
  bool sent_nothing_ = true;
};

/// The first error reply, classified; EXECABORT only says that another one came before it.
std::optional<Error> FirstError(const std::vector<RedisReply>& replies);

}  // namespace polyhouse
