#pragma once

#include <string>
#include <string_view>

namespace polyhouse {

/// Appends "?name=value" or "&name=value", whichever is due, with everything in `value` but RFC
/// 3986's unreserved characters as %XX. `name` is taken as it is.
void AppendUrlParameter(std::string& url, std::string_view name, std::string_view value);

}  // namespace polyhouse
