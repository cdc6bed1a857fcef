#pragma once

#include <memory>
#include <string>
#include <vector>

#include "adapters/redis/redis_options.h"
#include "support/child_process.h"
#include "support/scratch_dir.h"

namespace polyhouse {

/// True when redis-server is installed.
bool HasRedis();

/// A real redis-server of the test's own, on a port of its own and a directory that is gone with
/// it. It throws nothing away and keeps nothing unless told to.
class RedisServer {
 public:
  /// `arguments` come after the command line's own, such as {"--appendonly", "yes"}. Throws when it
  /// does not start.
  explicit RedisServer(std::vector<std::string> arguments = {});
  ~RedisServer();

  std::uint16_t port() const { return port_; }
  RedisEndpoint endpoint() const { return {"127.0.0.1", port_}; }
  RedisOptions options(const std::string& prefix = "") const;
  std::string directory() const { return dir_.path(); }
  pid_t pid() const { return process_->pid(); }

  /// The answer to one command as redis-cli writes it; "" when there is none.
  std::string Ask(std::vector<std::string> command) const;
  /// Ends it with SIGKILL, which is how machines die.
  void Kill();
  /// Starts it again in the same directory, on the same port.
  void Start();

 private:
  std::uint16_t port_;
  std::vector<std::string> arguments_;
  ScratchDir dir_;
  std::unique_ptr<ChildProcess> process_;
};

/// Three nodes that share all slots.
class RedisCluster {
 public:
  RedisCluster();

  RedisOptions options(const std::string& prefix) const;
  const RedisServer& node(std::size_t index) const { return *nodes_[index]; }

 private:
  std::vector<std::unique_ptr<RedisServer>> nodes_;
};

/// A master, a replica and a sentinel that watches them under the name "pm".
class RedisSentinelGroup {
 public:
  RedisSentinelGroup();

  RedisOptions options(const std::string& prefix) const;
  RedisServer& master() { return *servers_[0]; }
  RedisServer& replica() { return *servers_[1]; }
  std::string AskSentinel(std::vector<std::string> command) const;

 private:
  std::vector<std::unique_ptr<RedisServer>> servers_;
  ScratchDir dir_;
  std::uint16_t port_;
  std::unique_ptr<ChildProcess> sentinel_;
};

}  // namespace polyhouse
