#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace polyhouse {

/// The parts of a text between separators; a separator at the end is not followed by an empty part.
std::vector<std::string> Split(std::string_view text, char separator);

/// The texts of a list, none of them empty, with `separator` between them.
template <class Texts>
std::string Join(const Texts& texts, std::string_view separator) {
  std::string joined;
  for (const auto& text : texts) joined.append(joined.empty() ? "" : separator).append(text);
  return joined;
}

}  // namespace polyhouse
