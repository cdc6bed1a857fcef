#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace polyhouse {

/// `0x` and 64 hex digits drawn from `hash` for one purpose.
std::string HexWord(std::uint64_t hash, std::uint64_t purpose);

/// `0x` and 40 hex digits.
std::string HexAddress(std::uint64_t hash, std::uint64_t purpose);

/// The condition id of a market; its id can be read back from it.
std::string MakeConditionId(std::uint64_t seed, std::uint64_t market_id);
std::optional<std::uint64_t> MarketOfCondition(std::uint64_t seed, std::string_view condition_id);

/// The token of a market's outcome, a 256-bit number in decimal; the market's id can be read back
/// from it.
std::string MakeTokenId(std::uint64_t seed, std::uint64_t market_id, std::size_t outcome);
std::optional<std::uint64_t> MarketOfToken(std::uint64_t seed, std::string_view token_id);

/// The position id of an outcome, a 256-bit number in decimal: a module's number (8 bits), the
/// lower half of the condition id (128), nothing (112), the outcome (8).
std::string MakePositionId(std::string_view condition_id, std::size_t outcome);

}  // namespace polyhouse
