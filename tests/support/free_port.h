#pragma once

#include <cstdint>

namespace polyhouse {

/// A TCP port of the loopback interface that nobody listens on now, chosen by the system.
std::uint16_t FreePort();

}  // namespace polyhouse
