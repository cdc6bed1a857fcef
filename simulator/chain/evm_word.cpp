#include "chain/evm_word.h"

#include <algorithm>
#include <charconv>

#include "dice.h"

namespace polyhouse {
namespace {

__extension__ using Wide = unsigned __int128;

constexpr unsigned kDigitsPerWord = 16;
constexpr std::size_t kAddressDigits = 40;

void AppendHex(std::string& out, std::uint64_t word) {
  static constexpr std::string_view kHex = "0123456789abcdef";
  std::array<char, kDigitsPerWord> digits{};
  for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit, word >>= 4U) {
    *digit = kHex[word & 15U];
  }
  out.append(digits.data(), digits.size());
}

/// Divides in place, and returns the remainder.
std::uint64_t DivideBy(EvmWord& word, std::uint64_t divisor) {
  Wide remainder = 0;
  for (std::uint64_t& part : word.words) {
    const Wide dividend = (remainder << 64U) | part;
    part = static_cast<std::uint64_t>(dividend / divisor);
    remainder = dividend % divisor;
  }
  return static_cast<std::uint64_t>(remainder);
}

/// Multiplies in place and adds; false when it does not fit.
bool MultiplyAdd(EvmWord& word, std::uint64_t factor, std::uint64_t summand) {
  Wide carry = summand;
  for (auto part = word.words.rbegin(); part != word.words.rend(); ++part) {
    carry += Wide{*part} * factor;
    *part = static_cast<std::uint64_t>(carry);
    carry >>= 64U;
  }
  return carry == 0;
}

}  // namespace

EvmWord WordOf(std::uint64_t number) {
  return {{0, 0, 0, number}};
}

bool ParseHexWord(std::string_view text, EvmWord& word) {
  if (!text.starts_with("0x") || text.size() < 3 || text.size() > 66) return false;
  text.remove_prefix(2);
  word = {};
  for (auto part = word.words.rbegin(); !text.empty(); ++part) {
    const std::size_t size = std::min<std::size_t>(text.size(), kDigitsPerWord);
    const std::string_view digits = text.substr(text.size() - size);
    const char* end = digits.data() + digits.size();
    if (std::from_chars(digits.data(), end, *part, 16).ptr != end || digits[0] == '-') return false;
    text.remove_suffix(size);
  }
  return true;
}

bool ParseDecimalWord(std::string_view text, EvmWord& word) {
  word = {};
  for (const char c : text) {
    if (c < '0' || c > '9') return false;
    if (!MultiplyAdd(word, 10, static_cast<std::uint64_t>(c - '0'))) return false;
  }
  return !text.empty();
}

EvmWord DrawnWord(std::uint64_t hash) {
  return {{Draw(hash, 0), Draw(hash, 1), Draw(hash, 2), Draw(hash, 3)}};
}

EvmWord DrawnAddress(std::uint64_t hash) {
  return {{0, Draw(hash, 0) & 0xffffffffU, Draw(hash, 1), Draw(hash, 2)}};
}

void AppendWordHex(std::string& out, const EvmWord& word) {
  for (const std::uint64_t part : word.words) AppendHex(out, part);
}

std::string WordHex(const EvmWord& word) {
  std::string out = "0x";
  AppendWordHex(out, word);
  return out;
}

std::string AddressHex(const EvmWord& word) {
  std::string digits;
  AppendWordHex(digits, word);
  return "0x" + digits.substr(digits.size() - kAddressDigits);
}

std::string QuantityHex(std::uint64_t number) {
  std::array<char, kDigitsPerWord> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, 16).ptr;
  return "0x" + std::string(digits.data(), end);
}

std::string WordDecimal(const EvmWord& word) {
  constexpr std::uint64_t kChunk = 10'000'000'000'000'000'000ULL;
  constexpr std::size_t kChunkDigits = 19;
  std::array<char, 100> digits{};
  std::size_t at = digits.size();
  EvmWord left = word;
  while (!left.IsZero()) {
    std::uint64_t chunk = DivideBy(left, kChunk);
    for (std::size_t i = 0; i < kChunkDigits; ++i, chunk /= 10) {
      digits[--at] = static_cast<char>('0' + chunk % 10);
    }
  }
  while (at < digits.size() && digits[at] == '0') ++at;
  return at == digits.size() ? "0" : std::string(digits.data() + at, digits.size() - at);
}

}  // namespace polyhouse
