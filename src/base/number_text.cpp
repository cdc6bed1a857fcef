#include "base/number_text.h"

#include <array>
#include <cstdio>

namespace polyhouse {

std::string HexText(std::uint64_t number) {
  std::array<char, 17> text{};
  (void)std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(number));
  return text.data();
}

}  // namespace polyhouse
