#pragma once

// Private to adapters/redis.

#include <optional>
#include <string_view>

#include "adapters/redis/redis_connection.h"

namespace polyhouse {

/// Finds a server that may be written and logs in. Endpoints are tried in turn; the one that led to
/// success comes first the next time. `moved_to` is the node that a cluster named last; it is
/// forgotten when it does not answer. kTransient when nobody leads to such a server now, kConfig
/// when one refuses us.
Result<RedisSocket> ConnectToMaster(RedisOptions& options, std::optional<RedisEndpoint>& moved_to);

/// "MOVED 3999 127.0.0.1:6381": the node in it. Empty when it is not such a reply.
std::optional<RedisEndpoint> ParseMoved(std::string_view reply);

}  // namespace polyhouse
