#pragma once

#include <string>
#include <vector>

#include "contract/live_engine.h"
#include "support/polyhouse_program.h"
#include "support/redis_server.h"

#define NEEDS_REDIS() \
  if (!HasRedis()) GTEST_SKIP() << "redis-server is not installed: scripts/bootstrap installs it"

namespace polyhouse {

/// Server mode without machines: a real Redis, our engine on TCP in the place of a ClickHouse
/// server, a simulator, and polyhouse programs told of all three. The tables are made.
class ServerStack {
 public:
  /// `redis_arguments` come after --appendonly yes.
  explicit ServerStack(const std::vector<std::string>& simulator_arguments,
                       const std::vector<std::string>& redis_arguments = {});

  RedisServer& redis() { return redis_; }
  LiveEngine& engine() { return engine_; }
  const Simulator& simulator() const { return simulator_; }
  const Polyhouse& polyhouse() const { return polyhouse_; }
  /// REDIS_URL=… and the others, for scripts.
  std::vector<std::string> environment() const;

  std::string redis_url() const;
  /// Polyhouse programs from now on use this Redis.
  void UseRedis(const std::string& url);
  /// True when everything that was read is in the tables and trimmed from the streams.
  bool IsDrained() const;

 private:
  ScratchDir dir_;
  RedisServer redis_;
  LiveEngine engine_;
  Simulator simulator_;
  Polyhouse polyhouse_;
};

}  // namespace polyhouse
