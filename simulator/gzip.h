#pragma once

#include <string>
#include <string_view>

namespace polyhouse {

/// The text in gzip format (RFC 1952), quickly rather than small.
std::string Gzip(std::string_view text);

}  // namespace polyhouse
