#include "domain/address.h"

namespace polyhouse {

std::optional<Uint256> ParseAddress(std::string_view text) {
  constexpr std::size_t kLength = 42;
  if (text.size() != kLength || !text.starts_with("0x")) return std::nullopt;
  return ParseHex256(text.substr(2));
}

}  // namespace polyhouse
