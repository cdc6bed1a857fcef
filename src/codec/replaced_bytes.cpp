#include "codec/replaced_bytes.h"

#include <functional>

namespace polyhouse {

std::string_view ReplacedBytes::FaultOf(std::string_view part) const {
  constexpr std::less<const char*> kBefore;
  const char* const end = read_.data() + read_.size();
  if (empty() || kBefore(part.data(), read_.data()) || !kBefore(part.data(), end)) return {};
  const auto at = static_cast<std::size_t>(part.data() - read_.data());
  return sent_.substr(at, part.size()) == part ? "" : "invalid UTF-8";
}

}  // namespace polyhouse
