#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace polyhouse {

/// Who listens on a TCP port of this machine.
struct PortHolder {
  int process = 0;       ///< Zero: one that we may not look at.
  std::string program;   ///< Its name, such as "nginx".
  bool is_ours = false;  ///< A polyhouse as well.
};

/// Empty when nobody does. Asks the kernel (/proc).
std::optional<PortHolder> FindPortHolder(std::uint16_t port);

}  // namespace polyhouse
