#pragma once

#include <string>
#include <vector>

#include "adapters/redis/redis_options.h"
#include "base/result.h"

namespace polyhouse {

/// Looks whether the server can be trusted with streams. kConfig, with what to do, when it is older
/// than 7 or may evict keys: it would throw away whole streams when memory runs short. The strings
/// are warnings, a sentence each: what may be lost by the server's settings. kTransient when it
/// cannot be reached.
Result<std::vector<std::string>> CheckRedisServer(const RedisOptions& options);

}  // namespace polyhouse
