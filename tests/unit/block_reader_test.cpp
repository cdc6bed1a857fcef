#include "codec/block_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "codec/native_block.h"
#include "support/random_rows.h"
#include "support/result_matchers.h"

namespace polyhouse {
namespace {

template <class Row>
std::string BlockOf(const std::vector<Row>& rows) {
  NativeBlock<Row> block;
  for (const Row& row : rows) block.Append(row);
  std::string bytes;
  for (const std::string_view piece : block.Pieces()) bytes += piece;
  return bytes;
}

OrderFill AFill(RandomRows& random) {
  OrderFill fill{.block_number = random.Number(UINT64_MAX),
                 .block_time = Timestamp(std::chrono::milliseconds(random.Number(1ULL << 41U))),
                 .transaction_hash = random.Text(),
                 .log_index = static_cast<std::uint32_t>(random.Number(UINT32_MAX)),
                 .maker = random.Text(300),
                 .maker_asset_id = TokenId(random.Digits(77)),
                 .removed = random.Number(1) == 1};
  for (auto& limb : fill.maker_amount.limbs) limb = random.Number(UINT64_MAX);
  return fill;
}

/// Everything that a block can hold comes back, and makes the same block again.
template <class Row, class Make>
void ExpectComesBack(Make make) {
  RandomRows random(11);
  for (const std::size_t count : {0U, 1U, 300U}) {
    std::vector<Row> rows;
    for (std::size_t i = 0; i < count; ++i) rows.push_back(make(random));
    const std::string block = BlockOf(rows);

    EXPECT_EQ(ValueOf(CheckBlock<Row>(block)), count);
    EXPECT_EQ(BlockOf(ValueOf(ReadBlock<Row>(block))), block);
  }
}

TEST(ReadBlock, GivesEveryRowBack) {
  ExpectComesBack<Market>([](RandomRows& random) { return random.AMarket(); });
  ExpectComesBack<Event>([](RandomRows& random) { return random.AnEvent(); });
  ExpectComesBack<LedgerRow>([](RandomRows& random) { return random.ALedgerRow(); });
  ExpectComesBack<OrderFill>(AFill);
}

TEST(ReadBlock, GivesAPriceBackAsItWasMade) {
  const Trade trade{.price = DecimalText{"0.37000000000000005"}, .usd_amount = {-1}, .fee = {7}};

  EXPECT_THAT(ValueOf(ReadBlock<Trade>(BlockOf<Trade>({trade, {}}))),
              testing::ElementsAre(trade, Trade{}));
}

TEST(ReadBlock, GivesAnUnknownPriceBackAsUnknown) {
  Market market;
  market.outcome_prices = {{""}, {"0"}, {"0.25"}};
  EXPECT_THAT(ValueOf(ReadBlock<Market>(BlockOf<Market>({market}))).front().outcome_prices,
              testing::ElementsAre(DecimalText{""}, DecimalText{"0"}, DecimalText{"0.25"}));
}

TEST(ReadBlock, RefusesABlockThatIsCutOffOrHasMoreBehindIt) {
  RandomRows random(12);
  const std::string fills = BlockOf<OrderFill>({AFill(random), AFill(random)});
  const std::string markets = BlockOf<Market>({random.AMarket()});

  for (std::size_t size = 0; size < fills.size(); ++size) {
    ASSERT_FALSE(CheckBlock<OrderFill>(fills.substr(0, size))) << size;
    ASSERT_FALSE(ReadBlock<OrderFill>(fills.substr(0, size))) << size;
  }
  for (std::size_t size = 0; size < markets.size(); ++size) {
    ASSERT_FALSE(ReadBlock<Market>(markets.substr(0, size))) << size;
  }
  EXPECT_FALSE(CheckBlock<OrderFill>(fills + '\0'));
}

/// A writer must not find out from its database that a block cannot be read.
TEST(ReadBlock, AgreesWithCheckBlockAboutAnyDamage) {
  RandomRows random(13);
  const std::string sound = BlockOf<Market>({random.AMarket(), random.AMarket()});
  for (int trial = 0; trial < 3'000; ++trial) {
    std::string block = sound;
    for (std::uint64_t flips = 1 + random.Number(3); flips > 0; --flips) {
      block[random.Number(block.size() - 1)] = static_cast<char>(random.Number(255));
    }
    ASSERT_EQ(CheckBlock<Market>(block).has_value(), ReadBlock<Market>(block).has_value());
  }
}

TEST(ReadBlock, PassesOverColumnsThatAreNotKnownAndRefusesOtherTypes) {
  const auto text = [](const std::string& of) { return static_cast<char>(of.size()) + of; };
  const auto column = [&](char rows, const std::string& name, const std::string& type) {
    return std::string(1, '\1') + rows + text(name) + text(type);
  };
  EXPECT_THAT(ValueOf(ReadBlock<OrderFill>(column('\2', "more", "String") + text("a") + text("b"))),
              testing::ElementsAre(OrderFill{}, OrderFill{}));
  EXPECT_THAT(ReadBlock<OrderFill>(column('\1', "maker", "UInt64") + "12345678").error().message,
              testing::HasSubstr("maker of type UInt64"));
  EXPECT_THAT(ReadBlock<OrderFill>(column('\1', "more", "Date") + "12").error().message,
              testing::HasSubstr("type Date"));
}

}  // namespace
}  // namespace polyhouse
