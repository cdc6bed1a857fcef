#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "domain/ids.h"
#include "domain/uint256.h"

namespace polyhouse {

/// What stands in the place of a token id for collateral: USDC.e at first, pUSD since 2026-04.
inline constexpr std::string_view kCollateral = "0";

/// One OrderFilled log of an exchange, in the shape of the first contracts, to which the later ones
/// are brought: what the order's owner, the maker, gave and got. Hashes and addresses are "0x" and
/// lower-case hexadecimal digits.
struct OrderFill {
  static constexpr std::string_view kStream = "stream:order_events";

  std::uint64_t block_number = 0;
  Timestamp block_time{};
  std::string transaction_hash;
  std::uint32_t log_index = 0;  ///< In its block: with the block's number its identity.
  std::string exchange;         ///< The contract that has emitted it.
  std::string generation;       ///< Of the contract: "v1", "v2" or "v3".
  std::string order_hash;
  std::string maker;  ///< The wallet whose order was filled.
  std::string taker;  ///< The other one; the exchange itself where the order was the taker's.
  TokenId maker_asset_id;
  TokenId taker_asset_id;
  Uint256 maker_amount;  ///< Millionths that the maker gave, as the next that it got.
  Uint256 taker_amount;
  Uint256 fee;          ///< Millionths, of what docs/trades.md says.
  std::string builder;  ///< A code of 32 bytes; empty where the contracts have none, or none given.
  /// The chain has taken it back: the block was replaced. Of such a row only what makes out its
  /// identity, here and as a trade, is certain.
  bool removed = false;
  std::uint64_t version = 0;  ///< When it was fetched, ms since 1970, rising.

  bool operator==(const OrderFill&) const = default;
};

}  // namespace polyhouse
