#pragma once

// Private to adapters/redis.

#include <string>

#include "adapters/redis/redis_connection.h"
#include "ports/stream_writer.h"

namespace polyhouse {

/// All fields of the hash that is the state map `key` (without the prefix).
Result<StateFields> ReadFields(RedisConnection& connection, const std::string& key);

}  // namespace polyhouse
