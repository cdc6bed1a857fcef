#pragma once

// Private to adapters/redis.

#include <string_view>

#include "base/result.h"

namespace polyhouse {

/// The first word of an error reply, which is its code, such as "WRONGTYPE".
std::string_view RedisErrorCode(std::string_view reply);

/// What the caller should do about an error reply, by its code alone
/// (redis.io/docs/latest/develop/reference/protocol-spec/#simple-errors, and server.c, `shared`).
/// An unknown code is waited out.
Error ClassifyRedisError(std::string_view reply);

/// The same for the reply to AUTH or SELECT. Never repeats its text, which may repeat what was
/// sent.
Error ClassifyLogInError(std::string_view reply);

/// True when the connection that got this reply leads to a server that is of no use any more: a
/// replica, say. Another connection may lead elsewhere.
bool MeansAnotherServer(std::string_view reply);

}  // namespace polyhouse
