// Real transactions and fees of Polymarket's exchanges, from their logs to trades. The recordings
// stand beside the project (chain/, with their sources).

#include <gtest/gtest.h>
#include <simdjson.h>

#include <array>
#include <cstdio>
#include <string>
#include <vector>

#include "base/lower_case.h"
#include "codec/chain_answer.h"
#include "codec/fill_log.h"
#include "flow/process/trade_maker.h"
#include "support/result_matchers.h"
#include "support/scratch_dir.h"

namespace polyhouse {
namespace {

constexpr const char* kExchange = "0x4bfb41d5b3570defd03c39a9a4d8de6bd8b8982e";

/// A recorded file, read as JSON.
class Recording {
 public:
  explicit Recording(const std::string& name)
      : text_(ReadFile(std::string(RECORDINGS_DIR) + "/chain/" + name)) {}

  bool is_there() const { return text_.size() > 0; }
  simdjson::dom::array rows() {
    simdjson::dom::array rows;
    EXPECT_EQ(parser_.parse(text_).get(rows), simdjson::SUCCESS);
    return rows;
  }

 private:
  simdjson::padded_string text_;
  simdjson::dom::parser parser_;
};

std::string TextOf(simdjson::dom::element row, const char* name) {
  std::string_view text;
  EXPECT_EQ(row[name].get(text), simdjson::SUCCESS) << name;
  return std::string(text);
}

std::uint64_t NumberOf(simdjson::dom::element row, const char* name) {
  std::uint64_t number = 0;
  EXPECT_EQ(row[name].get(number), simdjson::SUCCESS) << name;
  return number;
}

/// 64 hexadecimal digits.
std::string Word(const Uint256& number) {
  std::array<char, 65> word{};
  for (std::size_t i = 0; i < 4; ++i) {
    (void)std::snprintf(
        word.data() + 16 * i, 17, "%016llx", static_cast<unsigned long long>(number.limbs[3 - i]));
  }
  return word.data();
}
std::string Word(const std::string& digits) {
  return Word(*ParseDigits256(digits));
}

std::string Topic(const std::string& address) {
  return "0x" + std::string(24, '0') + address.substr(2);
}

/// An OrderFilled log as a node gives it; `data` is words.
struct RawLog {
  std::string address;
  std::string topic;
  std::string maker;
  std::string taker;
  std::string data;
};

/// Fills of an answer with these logs, as the ingester makes them.
std::vector<OrderFill> FillsOf(const std::vector<RawLog>& logs,
                               ExchangeGeneration generation,
                               std::uint64_t block,
                               std::uint64_t time,
                               const std::string& transaction) {
  std::string answer = R"({"jsonrpc":"2.0","id":0,"result":[)";
  std::array<char, 200> place{};
  for (std::size_t i = 0; i < logs.size(); ++i) {
    (void)std::snprintf(place.data(),
                        place.size(),
                        R"("blockNumber":"0x%llx","logIndex":"0x%zx","blockTimestamp":"0x%llx")",
                        static_cast<unsigned long long>(block),
                        i + 7,
                        static_cast<unsigned long long>(time));
    const RawLog& log = logs[i];
    answer += std::string(i == 0 ? "" : ",") + R"({"address":")" + log.address +
              R"(","topics":[")" + log.topic + R"(","0x)" + Word(std::to_string(i + 1)) + R"(",")" +
              Topic(log.maker) + R"(",")" + Topic(log.taker) + R"("],"data":"0x)" + log.data +
              R"(","transactionHash":")" + transaction + "\"," + place.data() + "}";
  }
  answer += "]}";
  ChainAnswerParser parser;
  FillReader reader;
  std::vector<OrderFill> fills;
  for (const ChainLog& log : ValueOf(parser.Logs(answer))) {
    fills.push_back(ValueOf(reader.Read(log, generation)));
    fills.back().block_time = Timestamp(std::chrono::seconds(log.block_time.value_or(0)));
    fills.back().version = 3;
  }
  return fills;
}

std::vector<Trade> TradesOf(const std::vector<OrderFill>& fills) {
  std::vector<Trade> trades;
  for (auto& made : MakeTrades(fills)) trades.push_back(ValueOf(std::move(made.trade)));
  return trades;
}

/// Every column of a fill of a recorded row, and of the trade that is made of it.
void ExpectAsRecorded(simdjson::dom::element row,
                      const OrderFill& fill,
                      const Trade& trade,
                      std::uint32_t place) {
  const OrderFill expected{.block_number = fill.block_number,
                           .block_time = fill.block_time,
                           .transaction_hash = fill.transaction_hash,
                           .log_index = place + 7,
                           .exchange = TextOf(row, "address"),
                           .generation = "v1",
                           .order_hash = "0x" + Word(std::to_string(place + 1)),
                           .maker = TextOf(row, "maker"),
                           .taker = TextOf(row, "taker"),
                           .maker_asset_id = TokenId(TextOf(row, "makerAssetId")),
                           .taker_asset_id = TokenId(TextOf(row, "takerAssetId")),
                           .maker_amount = *ParseDigits256(TextOf(row, "makerAmountFilled")),
                           .taker_amount = *ParseDigits256(TextOf(row, "takerAmountFilled")),
                           .fee = *ParseDigits256(TextOf(row, "fee")),
                           .version = 3};
  EXPECT_EQ(fill, expected);

  const bool buys = TextOf(row, "side") == "BUY";
  const std::string match = LowerCase(TextOf(row, "match"));
  const bool is_taker = match == "taker row";
  const bool same = match == "mint" || match == "merge";
  const auto usd =
      static_cast<std::int64_t>(*(buys ? expected.maker_amount : expected.taker_amount).ToUint64());
  const auto tokens =
      static_cast<std::int64_t>(*(buys ? expected.taker_amount : expected.maker_amount).ToUint64());
  Trade whole{.timestamp = fill.block_time,
              .maker = expected.maker,
              .taker = expected.taker,
              .maker_direction = buys ? "BUY" : "SELL",
              .taker_direction = buys == same ? "BUY" : "SELL",
              .price = trade.price,
              .usd_amount = Micros{usd},
              .token_amount = Micros{tokens},
              .transaction_hash = fill.transaction_hash,
              .log_index = place + 7,
              .token_id = buys ? expected.taker_asset_id : expected.maker_asset_id,
              .fee = Micros{static_cast<std::int64_t>(*expected.fee.ToUint64())},
              .fee_asset = buys ? "token" : "collateral",
              .exchange = expected.exchange,
              .generation = "v1",
              .is_taker_leg = is_taker,
              .match_type = is_taker ? "taker" : match,
              .block_number = fill.block_number,
              .order_hash = expected.order_hash,
              .version = 3};
  EXPECT_EQ(trade, whole);
  ASSERT_TRUE(trade.price.has_value());
  EXPECT_DOUBLE_EQ(std::stod(trade.price->text),
                   static_cast<double>(usd) / static_cast<double>(tokens));
}

/// A mint with two makers, one with one, and a match that is complementary and a merge at once.
TEST(RecordedChain, WholeMatchesOf2024BecomeTradesInEveryColumn) {
  Recording recording("v1_rss3_full_event_sets_derived.json");
  if (!recording.is_there()) GTEST_SKIP() << "recorded answers stand beside the project";
  std::size_t matches = 0;
  for (const simdjson::dom::element transaction : recording.rows()) {
    std::vector<simdjson::dom::element> rows;
    std::vector<RawLog> logs;
    for (const simdjson::dom::element row : transaction["logs"]) {
      if (TextOf(row, "event") != "OrderFilled") continue;
      rows.push_back(row);
      std::string data;
      for (const char* name :
           {"makerAssetId", "takerAssetId", "makerAmountFilled", "takerAmountFilled", "fee"}) {
        data += Word(TextOf(row, name));
      }
      logs.push_back({TextOf(row, "address"),
                      std::string(kFilledV1Topic),
                      TextOf(row, "maker"),
                      TextOf(row, "taker"),
                      data});
    }
    const auto fills = FillsOf(logs,
                               ExchangeGeneration::kV1,
                               NumberOf(transaction, "blockNumber"),
                               NumberOf(transaction, "timestamp"),
                               TextOf(transaction, "transactionHash"));
    const auto trades = TradesOf(fills);
    ASSERT_EQ(trades.size(), rows.size());
    for (std::uint32_t i = 0; i < rows.size(); ++i) {
      ExpectAsRecorded(rows[i], fills[i], trades[i], i);
      EXPECT_EQ(fills[i].block_number, NumberOf(transaction, "blockNumber"));
      EXPECT_EQ(fills[i].block_time,
                Timestamp(std::chrono::seconds(NumberOf(transaction, "timestamp"))));
    }
    ++matches;
  }
  EXPECT_EQ(matches, 3U);
}

/// What takers of 2026 really paid: rate x tokens x price x (1 - price), in collateral, which the
/// chain rounds to ten millionths.
TEST(RecordedChain, FeesOfTakersAreThoseOfTheChain) {
  std::size_t taken = 0;
  for (const char* name :
       {"nautilus_chain_order_filled_taker_fees.json", "v2_order_filled_taker_fees_vectors.json"}) {
    Recording recording(name);
    if (!recording.is_there()) GTEST_SKIP() << "recorded answers stand beside the project";
    for (const simdjson::dom::element row : recording.rows()) {
      const bool buys = TextOf(row, "side") == "BUY";
      const std::string data = Word(buys ? "0" : "1") + Word("77") +
                               Word(TextOf(row, "maker_amount_filled")) +
                               Word(TextOf(row, "taker_amount_filled")) + Word(TextOf(row, "fee")) +
                               Word("0") + Word("0");
      const auto trades = TradesOf(FillsOf({{kExchange,
                                             std::string(kFilledV2Topic),
                                             "0x6b7ec4ba079c0a258435ea36025f6190cd424562",
                                             kExchange,
                                             data}},
                                           ExchangeGeneration::kV2,
                                           90'000'000,
                                           1'790'000'000,
                                           "0x" + std::string(64, 'c')));
      const Trade& trade = trades.at(0);
      const double price = std::stod(TextOf(row, "price"));
      EXPECT_EQ(trade.maker_direction, buys ? "BUY" : "SELL");
      EXPECT_TRUE(trade.is_taker_leg);
      EXPECT_EQ(trade.fee_asset, "collateral");
      EXPECT_EQ(std::to_string(trade.fee.count), TextOf(row, "fee"));
      EXPECT_NEAR(std::stod(trade.price->text), price, 0.0001);
      EXPECT_NEAR(static_cast<double>(trade.fee.count),
                  std::stod(TextOf(row, "fee_rate")) *
                      static_cast<double>(trade.token_amount.count) * price * (1 - price),
                  10);
      ++taken;
    }
  }
  EXPECT_EQ(taken, 21U + 12U);
}

/// Tokens of Protocol V2 are found by their positions' ids, which are larger than any double holds.
TEST(RecordedChain, PositionsOfProtocolV2AreTokensOfTheirMarket) {
  Recording recording("position_id_vectors.json");
  if (!recording.is_there()) GTEST_SKIP() << "recorded answers stand beside the project";
  Market market{.id = MarketId("559651"), .protocol = "v2"};
  for (const simdjson::dom::element row : recording.rows()) {
    market.outcomes.push_back(TextOf(row, "outcome"));
    market.tokens.emplace_back(TextOf(row, "positionId"));
    market.condition_id = TextOf(row, "v2_conditionId_bytes31");
  }
  TokenIndex index;
  index.Add(market);
  std::uint64_t place = 0;
  for (const simdjson::dom::element row : recording.rows()) {
    const auto id = ParseDigits256(TextOf(row, "positionId"));
    ASSERT_TRUE(id.has_value());
    EXPECT_EQ(NumberOf(row, "outcomeIndex"), place);
    const auto found = index.Find(TokenSystem::kPosition, *id);
    ASSERT_TRUE(found.has_value());
    EXPECT_EQ(std::to_string(found->market_id), TextOf(row, "gamma_market_id"));
    EXPECT_EQ(found->outcome, TextOf(row, "outcome"));
    EXPECT_EQ(found->place, place++);
    EXPECT_FALSE(index.Find(TokenSystem::kConditional, *id));
  }
}

}  // namespace
}  // namespace polyhouse
