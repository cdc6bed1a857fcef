#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/redis/redis_options.h"
#include "base/clock.h"
#include "base/result.h"

namespace polyhouse {

/// What a server is used for.
enum class RedisUse {
  kWork,  ///< It is trusted with streams.
  kLook,  ///< It is only looked at: what would be lost on it is a warning.
};

/// Something that is wrong with a server, and what to do about it; empty texts: nothing is.
struct RedisComplaint {
  std::string found{};
  std::string fix{};

  bool empty() const { return found.empty(); }
};

/// What a server says of itself, and what is to be said of that.
struct RedisLook {
  std::string version;      ///< "7.0.15"
  std::string policy;       ///< maxmemory-policy; empty: it does not say.
  std::string persistence;  ///< "a log, fsync everysec", for people.
  Timestamp time{};         ///< By its clock, when it was asked; 1970: it does not say.
  std::uint64_t used_memory = 0;
  std::uint64_t most_memory = 0;     ///< maxmemory; zero: no limit.
  std::uint64_t machine_memory = 0;  ///< Zero: it does not say.
  std::string
      cluster_state;  ///< "ok", "fail" or "unknown"; empty where it is no node of a cluster.
  RedisComplaint too_old{};
  RedisComplaint evicts{};       ///< It throws streams away; or, when `policy` is empty, may.
  RedisComplaint may_lose{};     ///< What is lost when it dies, by its settings.
  RedisComplaint cannot_save{};  ///< It has tried to write to its disk, and could not.
};

/// Asks a server. kTransient when it cannot be reached, kConfig when it refuses us.
Result<RedisLook> LookAtRedisServer(const RedisOptions& options);

/// Looks whether the server can be used. kConfig, with what to do, when it is older than 7 or may
/// evict keys: it would throw away whole streams when memory runs short. The strings are warnings,
/// a sentence each: what may be lost by the server's settings. kTransient when it cannot be
/// reached.
Result<std::vector<std::string>> CheckRedisServer(const RedisOptions& options,
                                                  RedisUse use = RedisUse::kWork);

}  // namespace polyhouse
