#include "base/url.h"

namespace polyhouse {

void AppendUrlParameter(std::string& url, std::string_view name, std::string_view value) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  constexpr std::string_view kUnreserved =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~";
  url += url.find('?') == std::string::npos ? '?' : '&';
  url.append(name).append("=");
  for (const char c : value) {
    if (kUnreserved.find(c) != std::string_view::npos) {
      url += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      url.append({'%', kHex[byte >> 4U], kHex[byte & 0xFU]});
    }
  }
}

}  // namespace polyhouse
