#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace polyhouse {

/// The parts of a text between separators; a separator at the end is not followed by an empty part.
std::vector<std::string> Split(std::string_view text, char separator);

}  // namespace polyhouse
