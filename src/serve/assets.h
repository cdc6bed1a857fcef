#pragma once

#include <span>
#include <string_view>

namespace polyhouse {

/// A file of the page (web/), embedded into the program.
struct Asset {
  std::string_view path;      ///< "/assets/main-4ZQX.js"; "/index.html" is the page itself.
  std::string_view type;      ///< Its media type.
  std::string_view gzip;      ///< Its bytes, compressed.
  std::string_view tag;       ///< Names its content, for If-None-Match.
  bool is_immutable = false;  ///< Its path names its content, too.
};

/// All of them; none where the program was built without the page.
std::span<const Asset> Assets();

}  // namespace polyhouse
