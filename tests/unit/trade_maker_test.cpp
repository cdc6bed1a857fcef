#include "flow/process/trade_maker.h"

#include <gtest/gtest.h>

#include "support/result_matchers.h"

namespace polyhouse {
namespace {

constexpr const char* kExchange = "0xe111180000d2663c0091e4f400237545b87b996b";

struct Order {
  std::string maker;
  std::string taker;
  std::string token;
  bool buys = true;
  std::uint64_t usd = 0;
  std::uint64_t tokens = 0;
  std::string transaction = "0xt1";
};

OrderFill FillOf(const Order& order, std::uint32_t log_index) {
  OrderFill fill{.block_number = 85'050'371,
                 .transaction_hash = order.transaction,
                 .log_index = log_index,
                 .exchange = kExchange,
                 .generation = "v2",
                 .maker = order.maker,
                 .taker = order.taker,
                 .version = 5};
  fill.maker_asset_id = TokenId(order.buys ? "0" : order.token);
  fill.taker_asset_id = TokenId(order.buys ? order.token : "0");
  fill.maker_amount.limbs[0] = order.buys ? order.usd : order.tokens;
  fill.taker_amount.limbs[0] = order.buys ? order.tokens : order.usd;
  return fill;
}

std::vector<Trade> TradesOf(const std::vector<Order>& orders) {
  std::vector<OrderFill> fills;
  for (const Order& order : orders) {
    fills.push_back(FillOf(order, static_cast<std::uint32_t>(fills.size())));
  }
  std::vector<Trade> trades;
  for (auto& made : MakeTrades(fills)) trades.push_back(ValueOf(std::move(made.trade)));
  return trades;
}

/// The transaction 0x5a829009 of block 85050371: two wallets bought opposite outcomes.
TEST(TradeMaker, InAMintBothBuy) {
  const auto trades = TradesOf({{"0x6e0c", "0xd74b", "11", true, 2'500'000, 5'000'000},
                                {"0xd74b", kExchange, "12", true, 2'500'000, 5'000'000}});
  EXPECT_EQ(trades[0].match_type, "mint");
  EXPECT_EQ(trades[0].maker_direction, "BUY");
  EXPECT_EQ(trades[0].taker_direction, "BUY");
  EXPECT_EQ(trades[0].price->text, "0.5");
  EXPECT_FALSE(trades[0].is_taker_leg);
  EXPECT_EQ(trades[1].match_type, "taker");
  EXPECT_EQ(trades[1].taker_direction, "SELL");
  EXPECT_TRUE(trades[1].is_taker_leg);
}

TEST(TradeMaker, ABatchMayMixKinds) {
  const auto trades = TradesOf({{"0xa", "0xt", "11", true, 3, 10},
                                {"0xb", "0xt", "12", false, 7, 10},
                                {"0xt", kExchange, "11", false, 6, 20}});
  EXPECT_EQ(trades[0].match_type, "complementary");
  EXPECT_EQ(trades[0].taker_direction, "SELL");
  EXPECT_EQ(trades[1].match_type, "merge");
  EXPECT_EQ(trades[1].taker_direction, "SELL");
}

TEST(TradeMaker, TwoMatchesOfOneTransactionAreTwo) {
  const auto trades = TradesOf({{"0xa", "0xt", "11", true, 3, 10},
                                {"0xt", kExchange, "11", false, 3, 10},
                                {"0xb", "0xu", "11", true, 4, 10},
                                {"0xu", kExchange, "12", true, 6, 10},
                                {"0xo", "0xoperator", "11", true, 4, 10}});
  EXPECT_EQ(trades[0].match_type, "complementary");
  EXPECT_EQ(trades[2].match_type, "mint");
  EXPECT_EQ(trades[4].match_type, "direct");
  EXPECT_EQ(trades[4].taker_direction, "SELL");
}

/// 3.3 / 10 is 0.33, not 0.32999999999999996 as floats of dollars give.
TEST(TradeMaker, PricesAreRoundedOnce) {
  EXPECT_EQ(TradesOf({{"0xa", "0xt", "11", true, 3'300'000, 10'000'000}})[0].price->text, "0.33");
  const auto none = TradesOf({{"0xa", "0xt", "11", true, 5, 0}})[0];
  EXPECT_FALSE(none.price.has_value());
  EXPECT_EQ(none.usd_amount, Micros{5});
}

TEST(TradeMaker, TokenForTokenHasNoPriceAndNoDirection) {
  OrderFill fill = FillOf({"0xa", "0xt", "11", false, 5, 7}, 0);
  fill.taker_asset_id = TokenId("12");
  const auto trade = ValueOf(MakeTrades({&fill, 1})[0].trade);
  EXPECT_FALSE(trade.price.has_value());
  EXPECT_EQ(trade.maker_direction, "");
  EXPECT_EQ(trade.token_id.value(), "11");
  EXPECT_EQ(trade.usd_amount, Micros{0});
}

TEST(TradeMaker, WhatDoesNotFitIsRefused) {
  OrderFill fill = FillOf({"0xa", "0xt", "11", true, 5, 7}, 0);
  fill.fee = *ParseDigits256("1000000000000000000");
  EXPECT_THAT(MakeTrades({&fill, 1})[0].trade, HasError(ErrorKind::kRejected));
}

Market MarketOf(const std::string& id, std::vector<TokenId> tokens, const std::string& protocol) {
  Market market{.id = MarketId(id), .condition_id = "0x" + std::string(62, 'b')};
  market.outcomes = {"Yes", "No"};
  market.tokens = std::move(tokens);
  market.protocol = protocol;
  return market;
}

TEST(TokenIndexTest, KeepsTheTwoSystemsApart) {
  TokenIndex index;
  index.Add(MarketOf("7", {TokenId("11"), TokenId("12")}, "v1"));
  index.Add(MarketOf("8", {TokenId("11"), TokenId("13")}, "v2"));
  const Uint256 eleven = *ParseDigits256("11");

  EXPECT_EQ(index.Find(TokenSystem::kConditional, eleven)->market_id, 7U);
  const auto position = index.Find(TokenSystem::kPosition, eleven);
  EXPECT_EQ(position->market_id, 8U);
  EXPECT_EQ(position->condition_id, "0x" + std::string(62, 'b'));
  EXPECT_EQ(index.Find(TokenSystem::kConditional, *ParseDigits256("12"))->outcome, "No");
  EXPECT_FALSE(index.Find(TokenSystem::kConditional, *ParseDigits256("13")));
}

TEST(TokenIndexTest, FindsEveryOneOfManyTokensAndTakesNewerWords) {
  TokenIndex index;
  for (int i = 1; i <= 20'000; ++i) {
    const std::string number = std::to_string(i);
    index.Add(MarketOf(number, {TokenId(number + "1"), TokenId(number + "2")}, "v1"));
  }
  for (int i = 1; i <= 20'000; ++i) {
    const auto found =
        index.Find(TokenSystem::kConditional, *ParseDigits256(std::to_string(i) + "2"));
    ASSERT_TRUE(found && found->market_id == static_cast<std::uint64_t>(i) && found->place == 1);
  }
  EXPECT_EQ(index.size(), 40'000U);
  Market renamed = MarketOf("5", {TokenId("51"), TokenId("52")}, "v1");
  renamed.outcomes = {"Up", "Down"};
  index.Add(renamed);
  EXPECT_EQ(index.Find(TokenSystem::kConditional, *ParseDigits256("51"))->outcome, "Up");
  EXPECT_EQ(index.size(), 40'000U);
}

}  // namespace
}  // namespace polyhouse
