#pragma once

#include <string>
#include <string_view>

namespace polyhouse {

/// Appends `text`, which must be UTF-8, as a JSON string with its quotes.
void AppendJsonString(std::string& out, std::string_view text);

}  // namespace polyhouse
