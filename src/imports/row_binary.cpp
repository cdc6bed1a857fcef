#include "imports/row_binary.h"

namespace polyhouse {

RowBinary& RowBinary::Add(std::string_view text) {
  for (std::size_t left = text.size();; left >>= 7U) {
    const auto low = static_cast<char>(left & 0x7fU);
    if (left < 0x80U) {
      bytes_ += low;
      break;
    }
    bytes_ += static_cast<char>(low | static_cast<char>(0x80U));
  }
  bytes_ += text;
  return *this;
}

RowBinary& RowBinary::Add(std::uint64_t number) {
  for (unsigned i = 0; i < 8; ++i) bytes_ += static_cast<char>(number >> (8 * i) & 0xffU);
  return *this;
}

RowBinary& RowBinary::Add(bool flag) {
  bytes_ += flag ? '\1' : '\0';
  return *this;
}

}  // namespace polyhouse
