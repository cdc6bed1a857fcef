#pragma once

#include <string>

namespace polyhouse {

/// 32 hexadecimal digits that nobody else has: names a holder of a lease or lock, or a transaction.
std::string RandomToken();

}  // namespace polyhouse
