#pragma once

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace polyhouse {

/// Ends the program where something does not hold, as libFuzzer wants it: the input is then kept.
inline void Expect(bool holds, std::string_view what) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %.*s\n", static_cast<int>(what.size()), what.data());
  std::abort();
}

}  // namespace polyhouse
