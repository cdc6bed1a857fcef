#pragma once

#include <string_view>

namespace polyhouse {

/// True when both are equal; the time depends on the length of `given` alone.
bool IsEqualInConstantTime(std::string_view expected, std::string_view given);

}  // namespace polyhouse
