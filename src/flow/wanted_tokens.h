#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/number_text.h"

namespace polyhouse {

/// What is kept of a token that was traded before its market was known, under its digits in the
/// state map `…_wanted_tokens` of markets: whoever makes trades puts it there, and the ingester of
/// markets asks the API for its market until there is one.
struct WantedToken {
  std::uint64_t attempts = 0;
  std::uint64_t due = 0;  ///< When to ask next, ms since 1970.
};

/// "3 1767398400000"; that of a token nobody has asked for is empty.
inline std::string ToText(const WantedToken& token) {
  return std::to_string(token.attempts) + " " + std::to_string(token.due);
}

/// The reverse of ToText; anything else is a token nobody has asked for.
inline WantedToken ParseWantedToken(std::string_view text) {
  const auto space = text.find(' ');
  WantedToken token;
  if (space == std::string_view::npos || !ReadNumber(text.substr(0, space), token.attempts) ||
      !ReadNumber(text.substr(space + 1), token.due)) {
    return {};
  }
  return token;
}

}  // namespace polyhouse
