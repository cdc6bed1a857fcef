#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "domain/uint256.h"

namespace polyhouse {

/// What a contract of positions did besides matching orders: one of its logs. Hashes and addresses
/// are "0x" and lower-case hexadecimal digits.
struct TokenAction {
  static constexpr std::string_view kStream = "stream:token_actions";

  std::uint64_t block_number = 0;
  Timestamp block_time{};
  std::string transaction_hash;
  std::uint32_t log_index = 0;  ///< In its block: with the block's number its identity.
  std::string contract;         ///< The contract that has emitted it.
  /// "split", "merge", "redeem", "convert"; of a condition "prepare" and "resolve".
  std::string action;
  std::string wallet;  ///< Whose tokens they were; of a condition its oracle.
  /// What `wallet` is: "wallet", "exchange" (the action is a part of a match), "neg_risk_adapter"
  /// (the adapter's own log says whose it was), "collateral_adapter" (no transfer says for whom it
  /// acted), "oracle".
  std::string wallet_kind;
  std::string condition_id;        ///< Empty of a conversion.
  std::string neg_risk_market_id;  ///< Of a conversion; else empty.
  std::string question_id;         ///< Of a condition's own; else empty.
  std::string parent_collection;   ///< Of positions within others; empty where there are none.
  std::string collateral;          ///< The contract of what was paid; empty where the log has none.
  /// The outcomes that each part holds, a bit for each. Of a conversion the questions whose No was
  /// given. Empty where the log has none: both outcomes.
  std::vector<Uint256> index_sets;
  /// Millionths of each outcome that were redeemed, or the payout's numerators of "resolve".
  std::vector<Uint256> amounts;
  Uint256 amount;             ///< Millionths of full sets, of each No, or of what was paid out.
  bool removed = false;       ///< The chain has taken it back: the block was replaced.
  std::uint64_t version = 0;  ///< When it was fetched, ms since 1970, rising.

  bool operator==(const TokenAction&) const = default;
};

}  // namespace polyhouse
