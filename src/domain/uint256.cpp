#include "domain/uint256.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "base/hex_digits.h"

namespace polyhouse {
namespace {

__extension__ using Uint128 = unsigned __int128;

/// The largest power of ten that a limb holds, and its zeros.
constexpr std::uint64_t kChunk = 10'000'000'000'000'000'000U;
constexpr int kChunkDigits = 19;

/// Multiplies and adds; false when it does not fit any more.
bool MultiplyAdd(Uint256& number, std::uint64_t factor, std::uint64_t more) {
  Uint128 carry = more;
  for (std::uint64_t& limb : number.limbs) {
    carry += Uint128{limb} * factor;
    limb = static_cast<std::uint64_t>(carry);
    carry >>= 64U;
  }
  return carry == 0;
}

/// Divides by kChunk and returns the rest.
std::uint64_t DivideByChunk(Uint256& number) {
  std::uint64_t rest = 0;
  for (auto limb = number.limbs.rbegin(); limb != number.limbs.rend(); ++limb) {
    if (rest == 0 && *limb == 0) continue;
    const Uint128 whole = Uint128{rest} << 64U | *limb;
    *limb = static_cast<std::uint64_t>(whole / kChunk);
    rest = static_cast<std::uint64_t>(whole - Uint128{*limb} * kChunk);
  }
  return rest;
}

/// Writes the eight digits of a number below 100,000,000: in the lanes of one word it is parted
/// into halves, pairs and digits.
void WriteEight(std::uint64_t number, char* out) {
  const std::uint64_t halves = number / 10'000 | (number % 10'000) << 32U;
  const std::uint64_t hundreds = (halves * 10'486 >> 20U) & 0x0000'007F'0000'007F;
  const std::uint64_t pairs = hundreds | (halves - 100 * hundreds) << 16U;
  const std::uint64_t tens = (pairs * 103 >> 10U) & 0x000F'000F'000F'000F;
  const std::uint64_t digits = (tens | (pairs - 10 * tens) << 8U) + kEightZeros;
  std::memcpy(out, &digits, sizeof(digits));
}

/// Writes all digits of a number below kChunk.
void WriteChunk(std::uint64_t number, char* out) {
  constexpr std::uint64_t kEight = 100'000'000;
  const auto first = static_cast<unsigned>(number / (kEight * kEight));
  out[0] = static_cast<char>('0' + first / 100);
  out[1] = static_cast<char>('0' + first / 10 % 10);
  out[2] = static_cast<char>('0' + first % 10);
  WriteEight(number / kEight % kEight, out + 3);
  WriteEight(number % kEight, out + 11);
}

std::uint64_t PowerOfTen(std::size_t zeros) {
  std::uint64_t power = 1;
  for (; zeros > 0; --zeros) power *= 10;
  return power;
}

}  // namespace

std::optional<std::uint64_t> Uint256::ToUint64() const {
  if ((limbs[1] | limbs[2] | limbs[3]) != 0) return std::nullopt;
  return limbs[0];
}

std::optional<Uint256> ParseHex256(std::string_view digits) {
  constexpr std::size_t kDigits = 64;
  if (digits.empty() || digits.size() > kDigits) return std::nullopt;
  std::array<char, kDigits> padded;
  if (digits.size() < kDigits) {
    padded.fill('0');
    std::copy(
        digits.begin(), digits.end(), padded.end() - static_cast<std::ptrdiff_t>(digits.size()));
    digits = {padded.data(), padded.size()};
  }
  Uint256 number;
  bool is_hex = true;
  for (std::size_t i = 0; i < kDigits; i += 8) {
    std::uint64_t eight = LoadEight(digits.data() + i);
    if (eight == kEightZeros) continue;
    is_hex &= LowerHex(eight);
    std::uint64_t& limb = number.limbs[3 - i / 16];
    limb |= std::uint64_t{ValueOfHex(eight)} << (i % 16 == 0 ? 32U : 0U);
  }
  if (!is_hex) return std::nullopt;
  return number;
}

std::optional<Uint256> ParseDigits256(std::string_view digits) {
  if (digits.empty()) return std::nullopt;
  Uint256 number;
  while (!digits.empty()) {
    const auto part = digits.substr(0, kChunkDigits);
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), value);
    if (error != std::errc{} || end != part.data() + part.size()) return std::nullopt;
    if (!MultiplyAdd(number, PowerOfTen(part.size()), value)) return std::nullopt;
    digits.remove_prefix(part.size());
  }
  return number;
}

std::string ToDigits(const Uint256& number) {
  constexpr std::size_t kMostDigits = 5 * kChunkDigits;
  std::array<char, kMostDigits> text{};
  char* begin = text.data() + text.size();
  Uint256 left = number;
  do {
    begin -= kChunkDigits;
    WriteChunk(DivideByChunk(left), begin);
  } while (!left.IsZero());
  char* const end = text.data() + text.size();
  begin = std::find_if(begin, end - 1, [](char digit) { return digit != '0'; });
  return {begin, end};
}

}  // namespace polyhouse
