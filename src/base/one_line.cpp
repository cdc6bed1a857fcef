#include "base/one_line.h"

#include <algorithm>

namespace polyhouse {

std::string OneLine(std::string_view text, std::size_t max) {
  std::string line(text.substr(0, max));
  std::replace_if(
      line.begin(),
      line.end(),
      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; },
      ' ');
  return line;
}

}  // namespace polyhouse
