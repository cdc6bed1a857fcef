#pragma once

// Private to adapters/redis.

#include <optional>
#include <string_view>

#include "adapters/redis/redis_reply.h"
#include "ports/entry.h"
#include "ports/stream_admin.h"

namespace polyhouse {

/// "1700000000000-0"; zero for anything else.
EntryId ParseEntryId(std::string_view text);

/// The id just below. Zero has none and stays.
EntryId Before(EntryId id);

/// An element of a stream as XRANGE and XREADGROUP give it: an id and its fields. The fields are
/// missing when a pending entry was removed from the stream.
bool IsGone(RedisValue element);
Entry ToEntry(RedisValue element);
StoredDeadLetter ToDeadLetter(RedisValue element, StreamName stream);

}  // namespace polyhouse
