#include "market_ids.h"

#include <charconv>

#include "chain/evm_word.h"
#include "dice.h"

namespace polyhouse {
namespace {

constexpr std::uint64_t kOutcomesPerMarket = 16;

/// The first byte of the position ids of a market with two outcomes.
constexpr std::uint64_t kBinaryModule = std::uint64_t{1} << 56U;

void AppendHex(std::string& out, std::uint64_t word, unsigned digits = 16) {
  static constexpr std::string_view kHex = "0123456789abcdef";
  for (unsigned shift = digits * 4; shift > 0; shift -= 4) out += kHex[(word >> (shift - 4)) & 15U];
}

std::uint64_t Salt(std::uint64_t seed) {
  return Draw(seed, 70);
}

}  // namespace

std::string HexWord(std::uint64_t hash, std::uint64_t purpose) {
  std::string out = "0x";
  for (std::uint64_t i = 0; i < 4; ++i) AppendHex(out, Draw(hash, purpose * 4 + i));
  return out;
}

std::string HexAddress(std::uint64_t hash, std::uint64_t purpose) {
  return HexWord(hash, purpose).substr(0, 42);
}

std::string MakeConditionId(std::uint64_t seed, std::uint64_t market_id) {
  const std::uint64_t head = Mix(market_id ^ Salt(seed));
  std::string out = "0x";
  AppendHex(out, head);
  for (std::uint64_t i = 1; i < 4; ++i) AppendHex(out, Draw(head, i));
  return out;
}

std::optional<std::uint64_t> MarketOfCondition(std::uint64_t seed, std::string_view condition_id) {
  if (condition_id.size() != 66 || !condition_id.starts_with("0x")) return std::nullopt;
  std::uint64_t head = 0;
  const char* end = condition_id.data() + 18;
  if (std::from_chars(condition_id.data() + 2, end, head, 16).ptr != end) return std::nullopt;
  const std::uint64_t id = Unmix(head) ^ Salt(seed);
  if (MakeConditionId(seed, id) != condition_id) return std::nullopt;
  return id;
}

std::string MakeTokenId(std::uint64_t seed, std::uint64_t market_id, std::size_t outcome) {
  const std::uint64_t low = Mix((market_id * kOutcomesPerMarket + outcome) ^ Salt(seed));
  return WordDecimal({{Draw(low, 1), Draw(low, 2), Draw(low, 3), low}});
}

std::optional<std::uint64_t> MarketOfToken(std::uint64_t seed, std::string_view token_id) {
  std::uint64_t low = 0;  // modulo 2^64, which is all that is needed
  for (const char c : token_id) {
    if (c < '0' || c > '9') return std::nullopt;
    low = low * 10 + static_cast<std::uint64_t>(c - '0');
  }
  const std::uint64_t packed = Unmix(low) ^ Salt(seed);
  const std::uint64_t id = packed / kOutcomesPerMarket;
  if (MakeTokenId(seed, id, packed % kOutcomesPerMarket) != token_id) return std::nullopt;
  return id;
}

std::string MakePositionId(std::string_view condition_id, std::size_t outcome) {
  EvmWord condition;
  ParseHexWord(condition_id, condition);
  const std::uint64_t high = condition.words[2];
  const std::uint64_t low = condition.words[3];
  return WordDecimal({{kBinaryModule | high >> 8U, high << 56U | low >> 8U, low << 56U, outcome}});
}

}  // namespace polyhouse
