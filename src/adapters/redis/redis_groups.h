#pragma once

// Private to adapters/redis.

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "adapters/redis/redis_connection.h"
#include "ports/entry.h"

namespace polyhouse {

struct RedisGroup {
  GroupName name;
  std::uint64_t pending = 0;
  std::uint64_t undelivered = 0;
  std::uint64_t rows = 0;  ///< Of both.
  EntryId last_delivered;
};

struct RedisStream {
  std::uint64_t length = 0;
  std::uint64_t added = 0;       ///< Ever.
  EntryId last;                  ///< The id given out last.
  std::uint64_t extra_rows = 0;  ///< How many more rows than entries it holds.
  std::vector<RedisGroup> groups;

  /// Rows of what the slowest group has not done; of all that there is without a group.
  std::uint64_t Behind() const {
    std::uint64_t behind = groups.empty() ? length + extra_rows : 0;
    for (const RedisGroup& group : groups) behind = std::max(behind, group.rows);
    return behind;
  }
};

/// How the stream with this key stands. A stream that does not exist is empty and without groups.
///
/// Redis' own `lag` is believed only where it is given, and never beyond the stream's length: it is
/// nil after a group was created in the middle or an entry deleted. Then the entries up to the last
/// delivered one are counted instead; these are few, because what is acknowledged gets trimmed.
Result<RedisStream> ReadStream(RedisConnection& connection, const std::string& key);

}  // namespace polyhouse
