#include "base/random_token.h"

#include <cstdint>
#include <random>
#include <string_view>

namespace polyhouse {

std::string RandomToken() {
  constexpr std::string_view kHex = "0123456789abcdef";
  constexpr int kWords = 4;
  std::random_device device;
  std::string token;
  for (int word = 0; word < kWords; ++word) {
    std::uint32_t bits = device();
    for (int digit = 0; digit < 8; ++digit, bits >>= 4U) token += kHex[bits & 0xFU];
  }
  return token;
}

}  // namespace polyhouse
