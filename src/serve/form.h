#pragma once

#include <map>
#include <string>
#include <string_view>

namespace polyhouse {

/// The fields of a form as a browser posts it (application/x-www-form-urlencoded); of one name the
/// last.
std::map<std::string, std::string, std::less<>> ReadForm(std::string_view body);

}  // namespace polyhouse
