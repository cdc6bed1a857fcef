#include "flow/process/trade_maker.h"

#include <array>
#include <charconv>

namespace polyhouse {
namespace {

__extension__ using Float128 = __float128;

/// The largest up to which every integer is a double.
constexpr std::int64_t kExactDouble = std::int64_t{1} << 53U;

constexpr std::string_view kBuy = "BUY";
constexpr std::string_view kSell = "SELL";

bool Buys(const OrderFill& fill) {
  return fill.maker_asset_id.value() == kCollateral && fill.taker_asset_id.value() != kCollateral;
}
bool Sells(const OrderFill& fill) {
  return fill.taker_asset_id.value() == kCollateral && fill.maker_asset_id.value() != kCollateral;
}
bool IsTakerLeg(const OrderFill& fill) {
  return fill.taker == fill.exchange && !fill.exchange.empty();
}

/// Where no leg is collateral, what the maker gave.
const TokenId& TokenOf(const OrderFill& fill) {
  return Buys(fill) ? fill.taker_asset_id : fill.maker_asset_id;
}

std::string_view Opposite(std::string_view direction) {
  if (direction.empty()) return direction;
  return direction == kBuy ? kSell : kBuy;
}

/// One rounding: the nearest double of the quotient.
DecimalText PriceOf(Micros usd, Micros tokens) {
  const double price = usd.count <= kExactDouble && tokens.count <= kExactDouble
                           ? static_cast<double>(usd.count) / static_cast<double>(tokens.count)
                           : static_cast<double>(static_cast<Float128>(usd.count) /
                                                 static_cast<Float128>(tokens.count));
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), price).ptr;
  return {std::string(text.data(), end)};
}

/// What a maker's fill was matched by: with the opposite order of the same token, or with an order
/// of the same side of the complement, for which collateral is split or merged.
std::string_view MatchTypeOf(const OrderFill& maker, const OrderFill& taker) {
  if (TokenOf(maker) == TokenOf(taker)) return "complementary";
  return Buys(maker) ? "mint" : "merge";
}

/// The match types of fills of one transaction and contract.
void NameMatches(std::span<const OrderFill> fills, std::span<std::string_view> types) {
  std::size_t first = 0;  // Of those whose taker's fill has not come yet.
  for (std::size_t i = 0; i < fills.size(); ++i) {
    types[i] = "direct";
    if (!IsTakerLeg(fills[i])) continue;
    types[i] = "taker";
    for (std::size_t j = first; j < i; ++j) {
      if (fills[j].taker == fills[i].maker) types[j] = MatchTypeOf(fills[j], fills[i]);
    }
    first = i + 1;
  }
}

Status SetAmounts(const OrderFill& fill, Trade& trade) {
  const auto maker = ToMicros(fill.maker_amount);
  const auto taker = ToMicros(fill.taker_amount);
  const auto fee = ToMicros(fill.fee);
  if (!maker || !taker || !fee) {
    return RejectedError("an amount or fee of 10^12 or more does not fit into a trade");
  }
  trade.fee = *fee;
  if (Buys(fill)) {
    trade.usd_amount = *maker;
    trade.token_amount = *taker;
  } else {
    trade.token_amount = *maker;
    if (Sells(fill)) trade.usd_amount = *taker;
  }
  const bool has_price = (Buys(fill) || Sells(fill)) && trade.token_amount.count > 0;
  if (has_price) trade.price = PriceOf(trade.usd_amount, trade.token_amount);
  return Ok();
}

Result<Trade> MakeTrade(const OrderFill& fill, std::string_view match_type) {
  Trade trade{.timestamp = fill.block_time,
              .maker = fill.maker,
              .taker = fill.taker,
              .transaction_hash = fill.transaction_hash,
              .log_index = fill.log_index,
              .token_id = TokenOf(fill),
              .exchange = fill.exchange,
              .generation = fill.generation,
              .is_taker_leg = IsTakerLeg(fill),
              .match_type = std::string(match_type),
              .block_number = fill.block_number,
              .order_hash = fill.order_hash,
              .builder = fill.builder,
              .removed = fill.removed,
              .version = fill.version};
  if (auto status = SetAmounts(fill, trade); !status) return std::move(status).error();
  const std::string_view direction = Buys(fill) ? kBuy : Sells(fill) ? kSell : std::string_view();
  const bool same = match_type == "mint" || match_type == "merge";
  trade.maker_direction = direction;
  trade.taker_direction = same ? direction : Opposite(direction);
  trade.fee_asset = fill.generation == "v1" && !Sells(fill) ? "token" : "collateral";
  return trade;
}

}  // namespace

std::vector<MadeTrade> MakeTrades(std::span<const OrderFill> fills) {
  std::vector<std::string_view> types(fills.size());
  for (std::size_t begin = 0, end = 0; begin < fills.size(); begin = end) {
    while (end < fills.size() && fills[end].transaction_hash == fills[begin].transaction_hash &&
           fills[end].exchange == fills[begin].exchange) {
      ++end;
    }
    NameMatches(fills.subspan(begin, end - begin), std::span(types).subspan(begin, end - begin));
  }
  std::vector<MadeTrade> made;
  made.reserve(fills.size());
  for (std::size_t i = 0; i < fills.size(); ++i) {
    const auto id = ParseDigits256(TokenOf(fills[i]).value());
    made.push_back(
        {MakeTrade(fills[i], types[i]), {SystemOf(fills[i].generation), id.value_or(Uint256{})}});
  }
  return made;
}

TokenSystem SystemOf(std::string_view generation) {
  return generation == "v3" ? TokenSystem::kPosition : TokenSystem::kConditional;
}

void NameMarket(Trade& trade, const TokenMarket& market) {
  trade.market_id = MarketId(std::to_string(market.market_id));
  trade.condition_id = market.condition_id;
  trade.outcome = market.outcome;
  trade.nonusdc_side = "token" + std::to_string(market.place + 1);
}

}  // namespace polyhouse
