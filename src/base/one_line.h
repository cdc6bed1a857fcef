#pragma once

#include <string>
#include <string_view>

namespace polyhouse {

/// The first `max` bytes of foreign text with a space for every control character, so that it can
/// neither start a line of its own in a log nor move the cursor of a terminal.
std::string OneLine(std::string_view text, std::size_t max = std::string_view::npos);

}  // namespace polyhouse
