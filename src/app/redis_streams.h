#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/streams.h"

namespace polyhouse {

/// Streams in Redis. With `roles`, which then wait for Redis as long as it takes, every role is
/// claimed by its lease; without, for a command, an absent Redis is a failure. kConfig when a
/// setting is wrong or the server must not be used (redis_server_check.h).
Result<std::unique_ptr<Streams>> OpenRedisStreams(const Environment& environment,
                                                  const std::vector<std::string>& roles,
                                                  std::stop_token stop);

/// Whether the settings of Redis can be used, without asking it.
Status CheckRedisSettings(const Config& config);

}  // namespace polyhouse
