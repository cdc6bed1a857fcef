#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "chain_client.h"
#include "json_scan.h"

namespace polyhouse {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::Ge;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Not;
using testing::SizeIs;

const std::string kV1Filled = "0xd0a08e8c493f9c94f29311604c9de1b4e8c8d4c06bd0c789af57f2d65bfec0f6";
const std::string kV2Filled = "0xd543adfd945773f1a62f74f0ee55a5e3b9b1a28262980ba90b1a89f2ea84d8ee";
const std::string kV1Matched = "0x63bf4d16b7fa898ef4c4b2b6d90fd201e9c56313b65638af6088d149d2ce956c";
const std::string kV2Matched = "0x174b3811690657c217184f89418266767c87e4805d09680c39fc9c031c0cab7c";
const std::string kV1Fee = "0xacffcc86834d0f1a64b0d5a675798deed6ff0bcfc2231edd3480e7288dba7ff4";
const std::string kV2Fee = "0x55bb3cade9d43b798a4fe5ffdd05024b2d7870df53920673bfc7e68047cd0ab1";
const std::string kRegistered =
    "0xbc9a2432e8aeb48327246cddd6e872ef452812b4243c04e6bfb786a2cd8faf0d";

const std::map<std::string, std::string> kGenerations{
    {"0x4bfb41d5b3570defd03c39a9a4d8de6bd8b8982e", "v1"},
    {"0xc5d563a36ae78145c45a50134d48a1215220f80a", "v1"},
    {"0xe111180000d2663c0091e4f400237545b87b996b", "v2"},
    {"0xe2222d279d744050d28e00520010520000310f59", "v2"},
    {"0xe3333700ca9d93003f00f0f71f8515005f6c00aa", "v3"}};

bool IsFill(const SentLog& log) {
  return kGenerations.contains(log.address) &&
         (log.topics[0] == kV1Filled || log.topics[0] == kV2Filled);
}

/// The columns of the truth that a log tells.
TruthRow Decoded(const SentLog& log) {
  TruthRow row{{"block_number", std::to_string(log.block)},
               {"block_time", std::to_string(log.time)},
               {"transaction_hash", log.transaction},
               {"log_index", std::to_string(log.index)},
               {"exchange", log.address},
               {"generation", kGenerations.at(log.address)},
               {"order_hash", log.topics.at(1)},
               {"maker", AddressOfTopic(log.topics.at(2))},
               {"taker", AddressOfTopic(log.topics.at(3))},
               {"maker_amount", DecimalOf(log.data.at(2))},
               {"taker_amount", DecimalOf(log.data.at(3))},
               {"fee", DecimalOf(log.data.at(4))}};
  if (log.topics[0] == kV1Filled) {
    row["maker_asset_id"] = DecimalOf(log.data[0]);
    row["taker_asset_id"] = DecimalOf(log.data[1]);
    row["builder"] = "";
  } else {
    const bool buys = DecimalOf(log.data[0]) == "0";
    row[buys ? "taker_asset_id" : "maker_asset_id"] = DecimalOf(log.data[1]);
    row[buys ? "maker_asset_id" : "taker_asset_id"] = "0";
    row["builder"] = "0x" + log.data.at(5);
  }
  return row;
}

class ChainE2eTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    simulator_ = std::make_unique<SimulatorProcess>(std::vector<std::string>{
        "--markets", "2500", "--seed", "9", "--fills", "4000", "--unlisted-tokens", "3"});
    logs_ = ChainClient(*simulator_).AllLogs();
    truth_ = TruthOf(*simulator_);
  }
  static void TearDownTestSuite() { simulator_.reset(); }

  static std::unique_ptr<SimulatorProcess> simulator_;
  static std::vector<SentLog> logs_;
  static std::vector<TruthRow> truth_;
};

std::unique_ptr<SimulatorProcess> ChainE2eTest::simulator_;
std::vector<SentLog> ChainE2eTest::logs_;
std::vector<TruthRow> ChainE2eTest::truth_;

TEST_F(ChainE2eTest, TellsTheTruthAboutEveryFill) {
  std::size_t fills = 0;
  for (const SentLog& log : logs_) {
    if (!IsFill(log)) continue;
    ASSERT_LT(fills, truth_.size());
    EXPECT_THAT(truth_[fills], IsSupersetOf(Decoded(log))) << log.raw;
    ++fills;
  }
  EXPECT_EQ(fills, 4000U);
  EXPECT_THAT(truth_, SizeIs(4000));
}

TEST_F(ChainE2eTest, FindsTheMarketOfEveryToken) {
  struct Token {
    std::string market;
    std::string side;
    std::string outcome;
    std::string condition;
  };
  std::map<std::string, Token> tokens;
  for (const std::string& line : LinesOf(simulator_->Get("/simulator/now?listing=markets").body)) {
    const std::string record(FindField(line, "record").value_or(""));
    const bool is_v2 = FieldOf(record, "version") == "\"v2\"";
    const std::string ids = FieldOf(record, is_v2 ? "positionIds" : "clobTokenIds");
    // A list in a string has its quotes escaped: take the digits alone.
    std::vector<std::string> found;
    for (std::size_t i = 0; i < ids.size(); ++i) {
      if (!isdigit(ids[i])) continue;
      if (i == 0 || !isdigit(ids[i - 1])) found.emplace_back();
      found.back() += ids[i];
    }
    for (std::size_t i = 0; i < found.size(); ++i) {
      tokens[found[i]] = {Unquoted(FieldOf(record, "id")),
                          "token" + std::to_string(i + 1),
                          FieldOf(record, "outcomes"),
                          Unquoted(FieldOf(record, "conditionId"))};
    }
  }
  std::size_t unlisted = 0;
  for (const TruthRow& row : truth_) {
    const bool buys = row.at("maker_asset_id") == "0";
    if (!buys && row.at("taker_asset_id") != "0") continue;
    const auto token = tokens.find(row.at(buys ? "taker_asset_id" : "maker_asset_id"));
    if (token == tokens.end()) {
      EXPECT_EQ(row.at("market_id"), "");
      ++unlisted;
      continue;
    }
    EXPECT_EQ(row.at("market_id"), token->second.market);
    EXPECT_EQ(row.at("condition_id"), token->second.condition);
    EXPECT_EQ(row.at("nonusdc_side"), token->second.side);
    EXPECT_EQ(row.at("maker_direction"), buys ? "BUY" : "SELL");
    EXPECT_EQ(row.at("price_collateral"), row.at(buys ? "maker_amount" : "taker_amount"));
    EXPECT_EQ(row.at("price_tokens"), row.at(buys ? "taker_amount" : "maker_amount"));
  }
  EXPECT_GT(unlisted, 50U);
  EXPECT_LT(unlisted, 500U);
}

TEST_F(ChainE2eTest, ShowsEveryKindOfFill) {
  std::set<std::string> kinds;
  std::set<std::string> exchanges;
  std::map<std::string, std::size_t> same;
  std::set<std::string> makers;
  for (const TruthRow& row : truth_) {
    const std::string& generation = row.at("generation");
    kinds.insert(generation + " " + row.at("match_type"));
    exchanges.insert(row.at("exchange"));
    makers.insert(row.at("maker"));
    if (row.at("price_tokens") == "0") kinds.insert("no tokens");
    if (row.at("price_collateral") == "0") kinds.insert("no collateral");
    if (row.at("maker_asset_id") != "0" && row.at("taker_asset_id") != "0") kinds.insert("swap");
    if (row.at("fee") != "0") kinds.insert(generation + " fee in " + row.at("fee_asset"));
    if (row.at("fee") == "0") kinds.insert(generation + " no fee");
    if (row.at("builder").find_first_not_of("0x") != std::string::npos) {
      kinds.insert(generation + " builder");
    }
    TruthRow twin = row;
    twin.erase("log_index");
    std::string text;
    for (const auto& [key, value] : twin) text.append(key).append(value);
    if (++same[text] == 2) kinds.insert("twin");
  }

  EXPECT_THAT(kinds,
              IsSupersetOf({"v1 complementary",
                            "v1 mint",
                            "v1 merge",
                            "v1 taker",
                            "v1 direct",
                            "v2 complementary",
                            "v2 mint",
                            "v2 merge",
                            "v2 taker",
                            "v3 taker",
                            "v3 complementary",
                            "v3 mint",
                            "v3 merge",
                            "no tokens",
                            "no collateral",
                            "swap",
                            "twin",
                            "v1 fee in token",
                            "v1 fee in collateral",
                            "v2 fee in collateral",
                            "v1 no fee",
                            "v2 no fee",
                            "v2 builder",
                            "v3 builder"}));
  EXPECT_FALSE(kinds.contains("v2 direct"));
  EXPECT_FALSE(kinds.contains("v2 fee in token"));
  EXPECT_THAT(exchanges, SizeIs(5));
  EXPECT_THAT(makers, SizeIs(testing::Le(205)));
}

TEST_F(ChainE2eTest, SharesMatchesOutAsTheContractsDo) {
  std::size_t mixed = 0;
  std::size_t several = 0;
  std::vector<const TruthRow*> makers;
  for (const TruthRow& row : truth_) {
    if (row.at("match_type") == "direct") {
      EXPECT_THAT(makers, IsEmpty());
      continue;
    }
    if (row.at("is_taker_leg") == "false") {
      makers.push_back(&row);
      continue;
    }
    EXPECT_EQ(row.at("taker"), row.at("exchange"));
    ASSERT_THAT(makers, Not(IsEmpty()));
    std::uint64_t tokens = 0;
    std::uint64_t collateral = 0;
    std::set<std::string> types;
    for (const TruthRow* maker : makers) {
      EXPECT_EQ(maker->at("taker"), row.at("maker"));
      EXPECT_NE(maker->at("maker"), row.at("maker"));
      EXPECT_EQ(maker->at("transaction_hash"), row.at("transaction_hash"));
      EXPECT_EQ(maker->at("condition_id"), row.at("condition_id"));
      EXPECT_EQ(maker->at("taker_direction"), row.at("maker_direction"));
      const bool is_crossed = maker->at("match_type") != "complementary";
      EXPECT_EQ(maker->at("nonusdc_side") == row.at("nonusdc_side"), !is_crossed);
      EXPECT_EQ(maker->at("maker_direction") == row.at("maker_direction"), is_crossed);
      const std::uint64_t given = std::stoull(maker->at("price_tokens"));
      const std::uint64_t paid = std::stoull(maker->at("price_collateral"));
      tokens += given;
      collateral += is_crossed ? given - paid : paid;
      types.insert(maker->at("match_type"));
    }
    EXPECT_EQ(std::to_string(tokens), row.at("price_tokens"));
    EXPECT_GE(std::stoull(row.at("price_collateral")), collateral);
    if (row.at("generation") == "v3") {
      EXPECT_EQ(std::to_string(collateral), row.at("price_collateral"));
    }
    mixed += types.size() > 1 ? 1U : 0U;
    several += makers.size() > 1 ? 1U : 0U;
    makers.clear();
  }
  EXPECT_GT(mixed, 20U);
  EXPECT_GT(several, 200U);
}

/// The logs of one transaction in short: M a maker's fill, T the taker's, F a fee, O OrdersMatched.
std::string Shape(const std::vector<SentLog>& logs) {
  std::string shape;
  for (const SentLog& log : logs) {
    const std::string& topic = log.topics[0];
    if (topic == kV1Fee || topic == kV2Fee) shape += 'F';
    if (topic == kV1Matched || topic == kV2Matched) shape += 'O';
    if (topic == kRegistered) shape += 'R';
    if (topic == kV1Filled || topic == kV2Filled) {
      shape += AddressOfTopic(log.topics[3]) == log.address ? 'T' : 'M';
    }
  }
  return shape;
}

TEST_F(ChainE2eTest, EmitsLogsInTheOrderOfTheContracts) {
  std::map<std::string, std::vector<SentLog>> transactions;
  for (const SentLog& log : logs_) transactions[log.transaction].push_back(log);
  std::size_t doubles = 0;
  for (const auto& [hash, logs] : transactions) {
    const std::string shape = Shape(logs);
    const bool is_v1 = logs[0].topics[0] == kV1Filled || logs[0].topics[0] == kV1Fee ||
                       logs[0].topics[0] == kRegistered;
    if (is_v1) {
      EXPECT_THAT(shape, testing::MatchesRegex("((F?M)+F?TO)+|M|RR"));
    } else {
      EXPECT_THAT(shape, testing::MatchesRegex("((MF?)+F?TO|M+F*TO)+"));
    }
    doubles += std::ranges::count(shape, 'O') == 2 ? 1U : 0U;
  }
  EXPECT_GT(doubles, 5U);
}

TEST_F(ChainE2eTest, NumbersLogsUpwardsInEveryBlock) {
  for (std::size_t i = 1; i < logs_.size(); ++i) {
    const bool is_new_block = logs_[i].block > logs_[i - 1].block;
    EXPECT_TRUE(is_new_block ||
                (logs_[i].block == logs_[i - 1].block && logs_[i].index > logs_[i - 1].index));
    EXPECT_LE(logs_[i].block, kStartHead);
  }
}

TEST_F(ChainE2eTest, MovesFromOneGenerationToTheNext) {
  std::map<std::string, std::pair<std::uint64_t, std::uint64_t>> blocks;
  for (const TruthRow& row : truth_) {
    const std::uint64_t block = std::stoull(row.at("block_number"));
    auto [at, is_new] = blocks.try_emplace(row.at("generation"), block, block);
    at->second.second = block;
  }
  EXPECT_LT(blocks["v1"].first, blocks["v2"].first);
  EXPECT_LT(blocks["v2"].first, blocks["v1"].second) << "they overlap";
  EXPECT_LT(blocks["v1"].second, blocks["v3"].first);
  EXPECT_GT(blocks["v2"].second, blocks["v3"].first);
}

TEST_F(ChainE2eTest, HasForeignLogsWithTheTopicOfV1) {
  std::size_t foreign = 0;
  for (const SentLog& log :
       ChainClient(*simulator_).Logs(0, kStartHead, R"("topics":[")" + kV1Filled + R"("])")) {
    foreign += kGenerations.contains(log.address) ? 0U : 1U;
  }
  EXPECT_GT(foreign, 10U);
}

TEST_F(ChainE2eTest, TellsTheTruthOfSomeBlocksAlone) {
  const std::string first = std::to_string(kStartHead - 40);
  const std::string last = std::to_string(kStartHead - 20);
  std::vector<TruthRow> expected;
  for (const TruthRow& row : truth_) {
    if (row.at("block_number") >= first && row.at("block_number") <= last) expected.push_back(row);
  }
  EXPECT_EQ(TruthOf(*simulator_, "?from=" + first + "&to=" + last), expected);
  EXPECT_THAT(expected, Not(IsEmpty()));
  EXPECT_EQ(simulator_->Get("/simulator/fills?from=x").status, 422);
}

TEST(MovingChainE2e, MinesThirtyBlocksInAMinuteOfTheWorld) {
  const SimulatorProcess simulator({"--markets", "300", "--fills", "300"});
  const ChainClient chain(simulator);
  const std::string before = simulator.Get("/simulator/fills").body;

  EXPECT_EQ(simulator.Post("/simulator/tick?n=10").status, 200);
  EXPECT_EQ(chain.Head(), kStartHead + 300);
  const std::string block = chain.Result("eth_getBlockByNumber", R"(["latest",false])");
  EXPECT_EQ(FromHex(Unquoted(FieldOf(block, "timestamp"))), 1793491200U + 600U);
  EXPECT_GT(TruthOf(simulator, "?from=90000001").size(), 200U);
  EXPECT_TRUE(simulator.Get("/simulator/fills").body.starts_with(before));

  EXPECT_EQ(FieldOf(simulator.Post("/simulator/blocks?n=5").body, "head"), "90000305");
  EXPECT_EQ(simulator.Post("/simulator/blocks?n=x").status, 422);
}

TEST(MovingChainE2e, MinesByItself) {
  const SimulatorProcess simulator({"--markets", "100", "--block-every", "10ms"});
  const ChainClient chain(simulator);
  while (chain.Head() < kStartHead + 5) {
  }
  EXPECT_THAT(chain.AllLogs(), IsEmpty()) << "without --fills there are none";
}

TEST(MovingChainE2e, IsTheSameForTheSameSeed) {
  const std::vector<std::string> arguments{"--markets", "300", "--seed", "5", "--fills", "700"};
  std::vector<std::string> answers;
  for (int i = 0; i < 2; ++i) {
    const SimulatorProcess simulator(arguments);
    simulator.Post("/simulator/tick?n=3");
    simulator.Post("/simulator/reorg?depth=20");
    answers.push_back(simulator.Get("/simulator/fills").body +
                      ChainClient(simulator).Ask("eth_getLogs", LogParams(0, kStartHead * 2)));
  }
  EXPECT_EQ(answers[0], answers[1]);
}

TEST(LargeChainE2e, HasOneBlockOfThreeThousandLogs) {
  const SimulatorProcess simulator({"--markets", "1000", "--fills", "20000"});
  std::map<std::uint64_t, std::size_t> logs;
  for (const SentLog& log : ChainClient(simulator).AllLogs()) ++logs[log.block];
  std::size_t most = 0;
  for (const auto& [block, count] : logs) most = std::max(most, count);
  EXPECT_THAT(most, AllOf(Ge(3000U), testing::Lt(3500U)));
  EXPECT_EQ(FieldOf(simulator.Get("/simulator/chain").body, "fills"), "20000");
  EXPECT_EQ(FieldOf(simulator.Get("/simulator/chain").body, "first_block"), "89999001");
}

TEST(LargeChainE2e, SpreadsAnyNumberOfFills) {
  for (const std::string fills : {"1", "2", "3", "5", "77"}) {
    const SimulatorProcess simulator({"--markets", "200", "--fills", fills, "--fill-blocks", "7"});
    EXPECT_THAT(TruthOf(simulator), SizeIs(std::stoul(fills)));
  }
}

}  // namespace
}  // namespace polyhouse
