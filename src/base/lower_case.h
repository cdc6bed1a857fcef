#pragma once

#include <string>
#include <string_view>

namespace polyhouse {

/// With A to Z made small; all other bytes as they are, whatever the locale.
std::string LowerCase(std::string_view text);

}  // namespace polyhouse
