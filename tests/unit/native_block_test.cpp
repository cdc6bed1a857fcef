#include "codec/native_block.h"

#include <gmock/gmock.h>

#include <cstring>

#include "support/random_rows.h"

namespace polyhouse {
namespace {

template <class Row>
std::string Bytes(NativeBlock<Row>& block) {
  std::string bytes;
  for (const std::string_view piece : block.Pieces()) bytes += piece;
  return bytes;
}

/// A text as Native has it: its length in base 128, then its bytes.
std::string Text(std::string_view text) {
  std::string out;
  std::size_t size = text.size();
  for (; size >= 0x80; size >>= 7U) out += static_cast<char>(size | 0x80U);
  out += static_cast<char>(size);
  return out.append(text);
}

template <class T>
std::string Raw(T value) {
  std::string bytes(sizeof(T), '\0');
  std::memcpy(bytes.data(), &value, sizeof(T));
  return bytes;
}

std::string Column(std::string_view name, std::string_view type, const std::string& values) {
  return Text(name) + Text(type) + values;
}

constexpr std::string_view kTime = "Nullable(DateTime64(3, 'UTC'))";
const std::string kNoTime = std::string(1, '\1') + std::string(8, '\0');
const std::string kFalse(1, '\0');
const std::string kTrue(1, '\1');
const std::string kNoText(1, '\0');

std::string NoNumber(const std::string& name) {
  return Column(name, "Nullable(Float64)", kTrue + Raw(0.0));
}

TEST(NativeBlock, HoldsARowColumnByColumn) {
  Market market;
  market.created_at = Timestamp(std::chrono::milliseconds(1'700'000'000'123));
  market.id = MarketId("7");
  market.question = std::string(200, 'q');
  market.neg_risk = true;
  market.outcomes = {"Up", "Down"};
  market.outcome_prices = {{"0.25"}, {"0.75"}};
  market.tokens = {TokenId("11"), TokenId("12")};
  market.volume = DecimalText{"1.5"};
  market.version = 0x0102030405060708;
  NativeBlock<Market> block;

  block.Append(market);

  const std::string expected =
      std::string("\x2f\x01", 2) +  // 47 columns, one row.
      Column("createdAt", kTime, kFalse + Raw<std::int64_t>(1'700'000'000'123)) +
      Column("id", "String", Text("7")) + Column("question", "String", Text(market.question)) +
      Column("answer1", "String", Text("Up")) + Column("answer2", "String", Text("Down")) +
      Column("neg_risk", "Bool", kTrue) + Column("market_slug", "String", kNoText) +
      Column("token1", "String", Text("11")) + Column("token2", "String", Text("12")) +
      Column("condition_id", "String", kNoText) +
      Column("volume", "Nullable(Float64)", kFalse + Raw(1.5)) +
      Column("ticker", "String", kNoText) + Column("event_slug", "String", kNoText) +
      Column("closedTime", kTime, kNoTime) + Column("event_id", "String", kNoText) +
      Column("description", "String", kNoText) +
      Column("outcomes", "Array(String)", Raw<std::uint64_t>(2) + Text("Up") + Text("Down")) +
      Column("outcome_prices", "Array(Float64)", Raw<std::uint64_t>(2) + Raw(0.25) + Raw(0.75)) +
      Column("tokens", "Array(String)", Raw<std::uint64_t>(2) + Text("11") + Text("12")) +
      Column("winner", "String", kNoText) +
      Column("liquidity", "Nullable(Float64)", kTrue + Raw(0.0)) +
      Column("active", "Bool", kFalse) + Column("closed", "Bool", kFalse) +
      Column("archived", "Bool", kFalse) + Column("end_date", kTime, kNoTime) +
      Column("resolution_status", "String", kNoText) + Column("updated_at", kTime, kNoTime) +
      Column("start_date", kTime, kNoTime) + Column("group_item_title", "String", kNoText) +
      Column("question_id", "String", kNoText) + Column("neg_risk_market_id", "String", kNoText) +
      Column("resolution_source", "String", kNoText) + NoNumber("last_trade_price") +
      NoNumber("best_bid") + NoNumber("best_ask") + NoNumber("spread") + NoNumber("volume_24h") +
      NoNumber("tick_size") + NoNumber("min_order_size") +
      Column("accepting_orders", "Bool", kFalse) + NoNumber("fee_rate") +
      Column("icon", "String", kNoText) + Column("protocol", "String", kNoText) +
      Column("position_ids", "Array(String)", Raw<std::uint64_t>(0)) +
      Column("event_ids", "Array(String)", Raw<std::uint64_t>(0)) +
      Column("winner_index", "Int32", Raw<std::int32_t>(-1)) +
      Column("version", "UInt64", "\x08\x07\x06\x05\x04\x03\x02\x01");
  EXPECT_EQ(Bytes(block), expected);
}

TEST(NativeBlock, CountsArrayOffsetsOverAllRows) {
  NativeBlock<Event> block;
  for (const auto& tags : {TagLabels{{"a"}}, TagLabels{}, TagLabels{{"b", "c"}}}) {
    Event event;
    event.tags = tags;
    block.Append(event);
  }

  const std::string tags = Column("tags",
                                  "Array(String)",
                                  Raw<std::uint64_t>(1) + Raw<std::uint64_t>(1) +
                                      Raw<std::uint64_t>(3) + Text("a") + Text("b") + Text("c"));
  EXPECT_THAT(Bytes(block), testing::HasSubstr(tags));
}

TEST(NativeBlock, PutsTheNullsOfAllRowsBeforeTheValues) {
  NativeBlock<Event> block;
  Event with_time;
  with_time.created_at = Timestamp(std::chrono::milliseconds(5));
  block.Append(Event());
  block.Append(with_time);

  const std::string column =
      Column("createdAt", kTime, kTrue + kFalse + Raw<std::int64_t>(0) + Raw<std::int64_t>(5));
  EXPECT_THAT(Bytes(block), testing::HasSubstr(column));
}

TEST(NativeBlock, IsAsGoodAsNewAfterClear) {
  RandomRows random(1);
  const Market first = random.AMarket();
  const Market second = random.AMarket();
  NativeBlock<Market> used;
  used.Append(first);
  (void)used.Pieces();
  used.Clear();
  ASSERT_EQ(used.rows(), 0U);
  ASSERT_EQ(used.bytes(), 0U);
  used.Append(second);
  NativeBlock<Market> fresh;
  fresh.Append(second);

  EXPECT_EQ(Bytes(used), Bytes(fresh));
}

TEST(NativeBlock, GrowsByWhatARowHolds) {
  NativeBlock<Market> block;
  Market market;
  market.description = std::string(100'000, 'd');

  block.Append(market);
  const std::size_t one = block.bytes();
  block.Append(market);

  EXPECT_GE(one, 100'000U);
  EXPECT_LT(one, 101'000U);
  EXPECT_EQ(block.bytes(), 2 * one);
}

}  // namespace
}  // namespace polyhouse
