#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace polyhouse {

/// The elements of the JSON array that starts at the first character of `text`, byte for byte and
/// without the white space around them. It looks only at strings, brackets and commas, so a broken
/// element does not hide its neighbours. kMalformed when the array does not end.
Result<std::vector<std::string_view>> SliceArray(std::string_view text);

/// A copy of the same length in which every byte that no JSON text may hold is a question mark:
/// what is not part of valid UTF-8, and control characters inside strings. One such byte would make
/// all of a page unreadable.
std::string WithoutForbiddenBytes(std::string_view text);

}  // namespace polyhouse
