#pragma once

#include <string>
#include <vector>

#include "adapters/redis/redis_options.h"
#include "base/result.h"

namespace polyhouse {

/// What a server is used for.
enum class RedisUse {
  kWork,  ///< It is trusted with streams.
  kLook,  ///< It is only looked at: what would be lost on it is a warning.
};

/// Looks whether the server can be used. kConfig, with what to do, when it is older than 7 or may
/// evict keys: it would throw away whole streams when memory runs short. The strings are warnings,
/// a sentence each: what may be lost by the server's settings. kTransient when it cannot be
/// reached.
Result<std::vector<std::string>> CheckRedisServer(const RedisOptions& options,
                                                  RedisUse use = RedisUse::kWork);

}  // namespace polyhouse
