#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "domain/decimal_text.h"
#include "domain/ids.h"
#include "domain/micros.h"

namespace polyhouse {

/// One fill as a trade of its maker: what was traded, at which price, in which market. Columns of
/// the request first. docs/trades.md explains legs, directions and fees.
struct Trade {
  static constexpr std::string_view kStream = "stream:trades";

  Timestamp timestamp{};  ///< Of the block.
  MarketId market_id;     ///< Empty until the token's market is known.
  std::string maker;
  std::string taker;
  std::string nonusdc_side;  ///< "token1" is the first of the market's tokens; empty as market_id.
  std::string maker_direction;         ///< "BUY" or "SELL"; empty where no leg is collateral.
  std::string taker_direction;         ///< The same of the taker, in this row's market.
  std::optional<DecimalText> price{};  ///< Collateral by token; empty where there is none.
  Micros usd_amount;
  Micros token_amount;
  std::string transaction_hash;
  std::uint32_t log_index = 0;
  TokenId token_id;
  std::string condition_id;
  std::string outcome;  ///< The label; empty as market_id.
  Micros fee;
  std::string fee_asset;  ///< "token" or "collateral".
  std::string exchange;
  std::string generation;
  bool is_taker_leg = false;  ///< The row of the taker's order: each match has one.
  std::string match_type;     ///< "complementary", "mint", "merge", "taker" or "direct".
  std::uint64_t block_number = 0;
  std::string order_hash;
  std::string builder;
  bool removed = false;  ///< As OrderFill::removed.
  std::uint64_t version = 0;

  bool operator==(const Trade&) const = default;
};

}  // namespace polyhouse
