#pragma once

// Private to adapters/redis: the cache. A record is a hash under `<kind>:<name>` with the fields
// `id`, `version`, `since` and its own, and a time to live; `<kind>_name:<id>`, which lives as
// long, holds the name under which the record is.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/redis/redis_connection.h"
#include "ports/stream_writer.h"

namespace polyhouse {

/// The name of what is no command of Redis but put_cached below.
inline constexpr const char* kCache = "CACHE";

/// A function for scripts: puts a record as CacheChange says; gives the keys that it changed.
/// Arguments: the record's key, that of the name, the former without the name, then name, id,
/// version, time to live in ms, and its fields with their values.
inline constexpr const char* kCacheFunctions = R"(
local function put_cached(key, name_key, kind, name, id, version, ttl, ...)
  local function is_of(other) return redis.call('HGET', other, 'id') == id end
  local function is_newer(other)
    return tonumber(redis.call('HGET', other, 'version') or 0) >= tonumber(version)
  end
  local before = redis.call('GET', name_key)
  local own = before and is_of(kind .. before) and kind .. before or is_of(key) and key
  if own and is_newer(own) then return {} end
  local values = {...}
  local same = own == key and #values > 0 and redis.call('HLEN', key) == 3 + #values / 2
  for i = 1, #values, 2 do
    same = same and redis.call('HGET', key, values[i]) == values[i + 1]
  end
  local since = same and redis.call('HGET', key, 'since') or version
  if own then redis.call('DEL', own) end
  -- The name may be that of another thing by now.
  if is_newer(key) then return own and {own} or {} end
  redis.call('DEL', key)
  redis.call('HSET', key, 'id', id, 'version', version, 'since', since, ...)
  redis.call('PEXPIRE', key, ttl)
  redis.call('SET', name_key, name, 'PX', ttl)
  return {key, name_key}
end
)";

Result<std::vector<std::optional<CachedRecord>>> ReadCache(RedisConnection& connection,
                                                           std::string_view kind,
                                                           std::span<const std::string> names);

}  // namespace polyhouse
