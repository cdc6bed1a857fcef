#pragma once

#include <memory>
#include <string>
#include <vector>

#include "adapters/redis/redis_options.h"
#include "app/streams.h"

namespace polyhouse {

/// Streams in Redis. With `roles`, which then wait for Redis as long as it takes, every role is
/// claimed by its lease; without, for a command, an absent Redis is a failure. kConfig when a
/// setting is wrong or the server must not be used (redis_server_check.h).
Result<std::unique_ptr<Streams>> OpenRedisStreams(const Environment& environment,
                                                  const std::vector<std::string>& roles,
                                                  std::stop_token stop);

/// Where these settings say that Redis is. kConfig when they cannot be used.
Result<RedisOptions> RedisOptionsOf(const Config& config);

}  // namespace polyhouse
