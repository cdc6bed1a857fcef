#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace polyhouse {

/// 256 bits, the most significant word first: what a topic or a word of data holds. An address
/// stands in the lower 160 bits.
struct EvmWord {
  std::array<std::uint64_t, 4> words{};

  friend bool operator==(const EvmWord&, const EvmWord&) = default;
  bool IsZero() const { return *this == EvmWord(); }
};

EvmWord WordOf(std::uint64_t number);

/// Reads `0x` and up to 64 hex digits in any case, leading zeros or none; false when `text` is
/// something else.
bool ParseHexWord(std::string_view text, EvmWord& word);

/// Reads a decimal number below 2^256; false when `text` is something else.
bool ParseDecimalWord(std::string_view text, EvmWord& word);

/// 256 bits drawn from `hash`.
EvmWord DrawnWord(std::uint64_t hash);
/// An address drawn from `hash`.
EvmWord DrawnAddress(std::uint64_t hash);

/// Appends all 64 hex digits, without `0x`.
void AppendWordHex(std::string& out, const EvmWord& word);
/// `0x` and 64 hex digits.
std::string WordHex(const EvmWord& word);
/// `0x` and the lower 40 hex digits.
std::string AddressHex(const EvmWord& word);
/// As quantities are written in JSON-RPC: `0x0`, `0x56a1d06`.
std::string QuantityHex(std::uint64_t number);
/// Without leading zeros.
std::string WordDecimal(const EvmWord& word);

}  // namespace polyhouse
