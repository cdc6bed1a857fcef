#include "domain/address.h"

namespace polyhouse {

std::optional<Uint256> ParseAddress(std::string_view text) {
  constexpr std::size_t kLength = 42;
  if (text.size() != kLength || !text.starts_with("0x")) return std::nullopt;
  return ParseHex256(text.substr(2));
}

bool IsWallet(std::string_view text) {
  return text.size() == 42 && text.starts_with("0x") &&
         text.find_first_not_of("0123456789abcdef", 2) == std::string_view::npos;
}

}  // namespace polyhouse
