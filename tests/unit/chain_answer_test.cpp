#include "codec/chain_answer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "codec/fill_log.h"
#include "support/child_process.h"
#include "support/result_matchers.h"

namespace polyhouse {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string AnswerOf(const std::string& result) {
  return R"({"jsonrpc":"2.0","id":0,"result":)" + result + "}";
}

/// Six real logs of Polygon (2026): four fills of V2, one of V1, and one of another contract.
std::string RecordedLogs() {
  return ReadFile(std::string(RECORDINGS_DIR) + "/chain/eth_logs_polymarket_real_2026.json");
}

TEST(ChainAnswer, RecordedLogsBecomeFillsOfTheirGeneration) {
  const std::string recorded = RecordedLogs();
  if (recorded.empty()) GTEST_SKIP() << "recorded answers stand beside the project";
  std::string body = AnswerOf(recorded);
  ChainAnswerParser parser;

  const auto logs = ValueOf(parser.Logs(body));

  ASSERT_EQ(logs.size(), 6U);
  std::map<std::uint64_t, OrderFill> fills;
  for (const ChainLog& log : logs) {
    const bool is_v1 = log.topics[0] == kFilledV1Topic;
    if (!is_v1 && log.topics[0] != kFilledV2Topic) continue;
    const auto fill =
        ValueOf(FillReader().Read(log, is_v1 ? ExchangeGeneration::kV1 : ExchangeGeneration::kV2));
    fills[fill.block_number * 1'000 + fill.log_index] = fill;
  }
  ASSERT_EQ(fills.size(), 5U);
  // 4.18 shares sold at 0.94.
  const OrderFill& sold = fills.at(90'840'326ULL * 1'000 + 0x215);
  EXPECT_EQ(sold.taker_asset_id.value(), "0");
  EXPECT_EQ(ToDigits(sold.maker_amount), "4180000");
  EXPECT_EQ(ToDigits(sold.taker_amount), "3929200");
  EXPECT_EQ(sold.generation, "v2");
  EXPECT_EQ(sold.maker, "0xa253d75c2dfb2c6650291d5e8d54076d2fb40181");
  EXPECT_EQ(sold.builder, "");
  // 17.7 shares bought at 0.42, with a fee in shares.
  const auto bought = std::find_if(
      fills.begin(), fills.end(), [](const auto& each) { return each.second.generation == "v1"; });
  ASSERT_NE(bought, fills.end());
  EXPECT_EQ(bought->second.maker_asset_id.value(), "0");
  EXPECT_EQ(bought->second.taker_asset_id.value(),
            "114856201873541567677341731370365137173235058495071385195611596664202155739948");
  EXPECT_EQ(ToDigits(bought->second.taker_amount), "17700000");
  EXPECT_EQ(ToDigits(bought->second.fee), "1770000");
}

TEST(ChainAnswer, OddLogsAreMalformedAndKeptWhole) {
  const std::string word(64, '0');
  const std::string topic = "0x" + word;
  const auto log_with = [&](std::string_view event, const std::string& data) {
    return ChainLog{.block_number = 7,
                    .log_index = 3,
                    .transaction_hash = topic,
                    .address = "0xabc",
                    .topics = {event, topic, topic, topic},
                    .data = data};
  };
  const std::string five = "0x" + word + word + word + word + word;
  const std::string seven = five + word + word;
  EXPECT_THAT(FillReader().Read(log_with(kFilledV1Topic, five), ExchangeGeneration::kV1), IsOk());
  EXPECT_THAT(FillReader().Read(log_with(kFilledV1Topic, seven), ExchangeGeneration::kV1),
              HasError(ErrorKind::kMalformed));
  EXPECT_THAT(FillReader().Read(log_with(kFilledV1Topic, five), ExchangeGeneration::kV2),
              HasError(ErrorKind::kMalformed));
  std::string side_two = seven;
  side_two[2 + 63] = '2';
  EXPECT_THAT(FillReader().Read(log_with(kFilledV2Topic, side_two), ExchangeGeneration::kV3),
              HasError(ErrorKind::kMalformed));
  EXPECT_THAT(ToJson(log_with(kFilledV1Topic, five)), HasSubstr("\"blockNumber\":7"));
}

/// What is no number is kept as text, and was kept whatever it was.
TEST(ChainAnswer, HashesAndWalletsOfAFillAreHexadecimal) {
  const std::string word(64, '0');
  const std::string hash = "0x" + std::string(64, 'a');
  const std::string wallet = "0x" + std::string(24, '0') + std::string(40, 'b');
  const std::string data = "0x" + word + word + word + word + word + word + word;
  const ChainLog good{.transaction_hash = hash,
                      .address = "0xabc",
                      .topics = {kFilledV2Topic, hash, wallet, wallet},
                      .data = data};
  ASSERT_THAT(FillReader().Read(good, ExchangeGeneration::kV2), IsOk());
  const auto expect_malformed = [](const ChainLog& log) {
    EXPECT_THAT(FillReader().Read(log, ExchangeGeneration::kV2), HasError(ErrorKind::kMalformed));
  };

  std::string odd_hash = hash;
  odd_hash.back() = 'g';
  std::string odd_wallet = wallet;
  odd_wallet.back() = ' ';
  std::string odd_builder = data;
  odd_builder[2 + 6 * 64 - 1] = '-';

  ChainLog log = good;
  log.transaction_hash = odd_hash;
  expect_malformed(log);
  log.transaction_hash = "0xab";
  expect_malformed(log);
  log = good;
  log.topics[1] = odd_hash;
  expect_malformed(log);
  log.topics[1] = {};
  expect_malformed(log);
  log = good;
  log.topics[3] = odd_wallet;
  expect_malformed(log);
  log = good;
  log.data = odd_builder;
  expect_malformed(log);
}

/// A reader keeps the digits of the token that it has read last.
TEST(ChainAnswer, OneReaderTakesNoTokenForAnother) {
  const std::string word(64, '0');
  const std::string hash = "0x" + std::string(64, 'a');
  const std::string wallet = "0x" + std::string(24, '0') + std::string(40, 'b');
  FillReader reader;
  for (const char token : {'1', '2', '2', '0', '2', '1'}) {
    std::string data = "0x" + word + word + word + word + word + word + word;
    data[2 + 2 * 64 - 1] = token;
    const ChainLog log{.transaction_hash = hash,
                       .address = "0xabc",
                       .topics = {kFilledV2Topic, hash, wallet, wallet},
                       .data = data};
    const auto fill = ValueOf(reader.Read(log, ExchangeGeneration::kV2));
    EXPECT_EQ(fill.taker_asset_id.value(), std::string(1, token));
    EXPECT_EQ(fill.maker_asset_id.value(), "0");
  }
}

TEST(ChainAnswer, ErrorsAreErrorsWhateverTheirStatus) {
  ChainAnswerParser parser;
  const std::vector<std::pair<std::string, bool>> answers = {
      {R"({"jsonrpc":"2.0","id":1,"error":{"code":-32005,"message":"query returned more than 10000 results"}})",
       true},
      {R"({"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"eth_getLogs is limited to a 10,000 range"}})",
       true},
      {R"({"jsonrpc":"2.0","id":1,"error":{"code":-32701,"message":"History has been pruned for this block"}})",
       true},
      {R"({"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"header not found"}})", false},
      {R"({"jsonrpc":"2.0","id":1})", false},
      {R"({"jsonrpc":"2.0","id":1,"result":null})", false},
      {R"({"jsonrpc":"2.0","id":1,"result":[{"address":"0x1"}]})", false},
      {"<html>busy</html>", false},
      {R"({"jsonrpc":"2.0","id":1,"result":[)", false},
      {"", false}};
  for (const auto& [text, too_much] : answers) {
    std::string body = text;
    const auto logs = parser.Logs(body);
    ASSERT_FALSE(logs.has_value()) << text;
    EXPECT_EQ(logs.error().kind, ErrorKind::kTransient) << text;
    EXPECT_EQ(logs.error().too_much, too_much) << text;
  }
}

/// An answer with one log, in which `from` is `to`.
std::string AnswerWithLog(std::string_view from, std::string_view to) {
  std::string log =
      R"({"address":"0x1","topics":["0x2","0x3"],"data":"0x4","blockNumber":"0x5","transactionHash":"0x6",)"
      R"("blockHash":"0x7","blockTimestamp":"0x8","logIndex":"0x9","removed":false})";
  log.replace(log.find(from), from.size(), to);
  return AnswerOf("[" + log + "]");
}

TEST(ChainAnswer, WhatOnlyBeginsLikeNullIsAnErrorAndNotTheEnd) {
  ChainAnswerParser parser;
  std::string result = AnswerOf("nufl");
  EXPECT_THAT(parser.Headers(result, 1), HasError(ErrorKind::kTransient));
  std::string error = R"({"id":0,"error":nul,"result":[]})";
  EXPECT_THAT(parser.Logs(error), HasError(ErrorKind::kTransient));
  std::string time = AnswerWithLog("\"0x8\"", "nothing");
  EXPECT_THAT(parser.Logs(time), HasError(ErrorKind::kTransient));
}

/// An escaped quote ended the text in the dead letter.
TEST(ChainAnswer, ADeadLetterOfALogIsJsonWhateverItsTextsHold) {
  for (const char* text : {"0x1", "0x3", "0x4", "0x6"}) {
    std::string escaped = AnswerWithLog(text, "0x\\u0022\\\\");
    ChainAnswerParser parser;
    const auto logs = ValueOf(parser.Logs(escaped));
    EXPECT_THAT(ToJson(logs[0]), HasSubstr(R"("0x\"\\")"));
  }
}

TEST(ChainAnswer, AFieldTwiceStandsForNoOther) {
  ChainAnswerParser parser;
  std::string log = AnswerWithLog(R"("address":"0x1")", R"("data":"0x1")");
  EXPECT_THAT(parser.Logs(log), HasError(ErrorKind::kTransient));
  std::string block = AnswerOf(R"({"number":"0x1","timestamp":"0x5","hash":"0xab","hash":"0xcd"})");
  EXPECT_THAT(parser.Headers(block, 1), HasError(ErrorKind::kTransient));
  std::string results = R"({"id":0,"result":[],"result":[]})";
  EXPECT_THAT(parser.Logs(results), HasError(ErrorKind::kTransient));
  std::string topics = AnswerWithLog(R"("topics":)", R"("topics":["0xa","0xb","0xc"],"topics":)");
  EXPECT_THAT(ValueOf(parser.Logs(topics))[0].topics, ElementsAre("0x2", "0x3", "", ""));
}

/// It was counted past the end of a 64-bit number of milliseconds.
TEST(ChainAnswer, ATimeThatNoRowCanHoldIsNoTime) {
  ChainAnswerParser parser;
  for (const char* time : {"0xffffffffffffffff", "0x26cb5db00"}) {
    std::string log = AnswerWithLog("0x8", time);
    EXPECT_THAT(parser.Logs(log), HasError(ErrorKind::kTransient)) << time;
    std::string block =
        AnswerOf(R"({"number":"0x1","hash":"0xab","parentHash":"0xcd","timestamp":")" +
                 std::string(time) + "\"}");
    EXPECT_THAT(parser.Headers(block, 1), HasError(ErrorKind::kTransient)) << time;
  }
  std::string last = AnswerWithLog("0x8", "0x26cb5daff");
  EXPECT_THAT(parser.Logs(last), IsOk());
}

TEST(ChainAnswer, BlocksOfABatchComeInAnyOrderAndMayBeMissing) {
  ChainAnswerParser parser;
  std::string body =
      R"([{"id":1,"result":null},{"id":0,"result":{"number":"0x10","timestamp":"0x5","hash":"0xAB","parentHash":"0xcd"}}])";
  const auto headers = ValueOf(parser.Headers(body, 2));
  EXPECT_EQ(headers[0], (ChainBlock{16, 5, "0xab", "0xcd"}));
  EXPECT_FALSE(headers[1].has_value());
  std::string fewer = R"([{"id":0,"result":null}])";
  EXPECT_THAT(parser.Headers(fewer, 2), HasError(ErrorKind::kTransient));
  std::string twice = R"([{"id":0,"result":null},{"id":0,"result":null}])";
  EXPECT_THAT(parser.Headers(twice, 2), HasError(ErrorKind::kTransient));
  std::string alone = R"({"id":0,"result":null})";
  EXPECT_THAT(parser.Headers(alone, 2), HasError(ErrorKind::kTransient));
}

std::string AnswerTo(int id, const std::string& result) {
  return R"({"jsonrpc":"2.0","id":)" + std::to_string(id) + R"(,"result":)" + result + "}";
}

constexpr const char* kRefusal = R"("error":{"code":-32005,"message":"rate limited"}})";

TEST(ChainAnswer, GivesTheTextsOfABatchInTheOrderOfItsQuestions) {
  std::string body = "[" + AnswerTo(2, "\"0x\"") + "," + AnswerTo(0, "\"0x60\"") + "," +
                     AnswerTo(1, "\"0x7\"") + "]";
  ChainAnswerParser parser;

  const auto texts = ValueOf(parser.Texts(body, 3));

  EXPECT_THAT(texts.texts, ElementsAre("0x60", "0x7", "0x"));
  EXPECT_THAT(texts.problem, IsOk());
}

/// Each way in which a part of a batch is no answer; the question beside it keeps its own.
TEST(ChainAnswer, LeavesTheTextEmptyOfAQuestionThatIsNotAnsweredAsItShould) {
  ChainAnswerParser parser;
  for (const std::string& wrong : std::initializer_list<std::string>{
           std::string(R"(,{"jsonrpc":"2.0","id":0,)") + kRefusal,
           std::string(R"(,{"jsonrpc":"2.0","id":0,"result":"0x",)") + kRefusal,
           R"(,{"jsonrpc":"2.0","id":0})",
           "," + AnswerTo(0, "null"),
           "," + AnswerTo(0, "7"),
           "," + AnswerTo(0, R"({"code":"0x"})"),
           R"(,{"id":0,"result":"0x","result":"0x60"})",
           R"(,{"result":"0x"})",
           "," + AnswerTo(2, "\"0x\""),
           "," + AnswerTo(0, "\"0x\"") + "," + AnswerTo(0, "\"0x60\""),
           "," + AnswerTo(0, "null") + "," + AnswerTo(0, "\"0x60\""),
           ""}) {
    std::string body = "[" + AnswerTo(1, "\"0x7\"") + wrong + "]";

    const auto texts = ValueOf(parser.Texts(body, 2));

    EXPECT_EQ(texts.texts[0], std::nullopt) << body;
    EXPECT_EQ(texts.texts[1], "0x7") << body;
    EXPECT_EQ(texts.problem.has_value(), wrong.empty()) << body;
  }
}

TEST(ChainAnswer, IsNoBatchWhenItsBodyIsNone) {
  ChainAnswerParser parser;
  const std::string whole = "[" + AnswerTo(0, "\"0x60\"") + "," + AnswerTo(1, "\"0x7\"") + "]";
  for (const std::string& wrong :
       {std::string("<html>busy</html>"), std::string(), whole + "]", "[7]" + whole}) {
    std::string body = wrong;
    EXPECT_THAT(parser.Texts(body, 2), HasError(ErrorKind::kTransient)) << wrong;
  }
  for (std::size_t length = 1; length < whole.size(); ++length) {
    std::string body = whole.substr(0, length);
    EXPECT_THAT(parser.Texts(body, 2), HasError(ErrorKind::kTransient)) << body;
  }
}

TEST(ChainAnswer, SaysOfARefusedBatchThatItWasTooMuch) {
  ChainAnswerParser parser;
  std::string body = std::string(R"({"jsonrpc":"2.0","id":null,)") + kRefusal;
  const auto refused = parser.Texts(body, 2);

  ASSERT_THAT(refused, HasError(ErrorKind::kTransient));
  EXPECT_TRUE(refused.error().too_much);
  // To a single question it is the answer, which says nothing.
  body = std::string(R"({"jsonrpc":"2.0","id":0,)") + kRefusal;
  const auto single = ValueOf(parser.Texts(body, 1));
  EXPECT_THAT(single.texts, ElementsAre(std::nullopt));
  EXPECT_THAT(single.problem.error().message, HasSubstr("rate limited"));
}

TEST(ChainAnswer, TellsCodeAndNumbersFromOtherTexts) {
  EXPECT_EQ(ReadCodeSize("0x"), 0U);
  EXPECT_EQ(ReadCodeSize("0x60Ff"), 2U);
  for (const char* wrong : {"", "0", "60ff", "0x6", "0x6g", "0x 1", "x60"}) {
    EXPECT_EQ(ReadCodeSize(wrong), std::nullopt) << wrong;
  }
  EXPECT_EQ(ReadChainNumber("0x0"), 0U);
  EXPECT_EQ(ReadChainNumber("0xffffffffffffffff"), UINT64_MAX);
  for (const char* wrong : {"", "0x", "7", "0xg", "0x10000000000000000", "0x-1", "-0x1"}) {
    EXPECT_EQ(ReadChainNumber(wrong), std::nullopt) << wrong;
  }
}

}  // namespace
}  // namespace polyhouse
