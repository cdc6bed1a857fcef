#pragma once

#include <string>

namespace polyhouse {

/// An entry of stream:markets of the usual size.
std::string TypicalPayload();

}  // namespace polyhouse
