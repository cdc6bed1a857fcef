#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/order_fill.h"
#include "domain/trade.h"
#include "flow/process/token_index.h"

namespace polyhouse {

/// The token of a trade and where it is looked up.
struct TradedToken {
  TokenSystem system = TokenSystem::kConditional;
  Uint256 id;
};

/// The trade of a fill, without its market; or why it does not fit into a row.
struct MadeTrade {
  Result<Trade> trade;
  TradedToken token;
};

/// One trade for each fill, in their order. The fills must be whole transactions in the chain's
/// order: what a maker's fill is a part of is told by its taker's fill behind it
/// (docs/trades.md, "Legs").
std::vector<MadeTrade> MakeTrades(std::span<const OrderFill> fills);

/// To which system the tokens of a generation's exchanges belong.
TokenSystem SystemOf(std::string_view generation);

/// Names the market.
void NameMarket(Trade& trade, const TokenMarket& market);

}  // namespace polyhouse
