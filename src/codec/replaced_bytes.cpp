#include "codec/replaced_bytes.h"

#include <algorithm>
#include <functional>

namespace polyhouse {

std::string_view ReplacedBytes::FaultOf(std::string_view part) const {
  constexpr std::less<const char*> kBefore;
  const char* const end = read_.data() + read_.size();
  if (empty() || kBefore(part.data(), read_.data()) || !kBefore(part.data(), end)) return {};
  const auto at = static_cast<std::size_t>(part.data() - read_.data());
  const auto sent = sent_.substr(at, part.size());
  const auto other = std::mismatch(part.begin(), part.end(), sent.begin(), sent.end());
  if (other.first == part.end()) return {};
  return static_cast<unsigned char>(*other.second) < 0x20 ? "an unescaped control character"
                                                          : "invalid UTF-8";
}

}  // namespace polyhouse
