#pragma once

// Private to adapters/redis.

#include <string>

namespace polyhouse {

/// 32 hexadecimal digits that nobody else has: names a holder of a lease, or a transaction.
std::string RandomToken();

}  // namespace polyhouse
