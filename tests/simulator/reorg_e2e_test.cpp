#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "chain_client.h"

namespace polyhouse {
namespace {

using testing::Not;

constexpr std::uint64_t kDepth = 12;

class ReorgE2eTest : public testing::Test {
 protected:
  std::string HashAt(std::uint64_t block, const std::string& key = "hash") const {
    return FieldOf(chain_.Result("eth_getBlockByNumber", "[\"" + ToHex(block) + "\",false]"), key);
  }
  std::map<std::string, std::uint64_t> BlocksOfTransactions() const {
    std::map<std::string, std::uint64_t> blocks;
    for (const SentLog& log : chain_.AllLogs()) blocks[log.transaction] = log.block;
    return blocks;
  }

  SimulatorProcess simulator_{{"--markets", "500", "--fills", "3000"}};
  ChainClient chain_{simulator_};
};

TEST_F(ReorgE2eTest, GivesReplacedBlocksNewHashes) {
  const std::uint64_t fork = kStartHead - kDepth;
  const std::string kept = HashAt(fork);
  const std::string lost = HashAt(fork + 1);
  const std::string old = HashAt(kStartHead);
  ASSERT_EQ(simulator_.Post("/simulator/reorg?depth=12").status, 200);

  EXPECT_EQ(chain_.Head(), kStartHead);
  EXPECT_EQ(HashAt(fork), kept);
  EXPECT_NE(HashAt(fork + 1), lost);
  EXPECT_NE(HashAt(kStartHead), old);
  EXPECT_EQ(HashAt(fork + 1, "parentHash"), kept);
  EXPECT_EQ(HashAt(fork + 2, "parentHash"), HashAt(fork + 1));
  EXPECT_EQ(chain_.Error("eth_getLogs", R"([{"blockHash":)" + lost + "}]"), "unknown block");
  EXPECT_EQ(chain_.Error("eth_getLogs", R"([{"blockHash":)" + HashAt(fork + 1) + "}]"), "");
}

TEST_F(ReorgE2eTest, DropsMovesKeepsAndAddsTransactions) {
  const auto before = BlocksOfTransactions();
  simulator_.Post("/simulator/reorg?depth=12");
  const auto after = BlocksOfTransactions();

  std::map<std::string, std::size_t> fates;
  for (const auto& [transaction, block] : before) {
    const auto now = after.find(transaction);
    if (now == after.end()) {
      ++fates["dropped"];
    } else if (now->second != block) {
      ++fates["moved"];
      EXPECT_LE(std::max(block, now->second) - std::min(block, now->second), 1U);
    } else if (block > kStartHead - kDepth) {
      ++fates["kept"];
    }
  }
  for (const auto& [transaction, block] : after) {
    if (before.contains(transaction)) continue;
    ++fates["added"];
    EXPECT_GT(block, kStartHead - kDepth);
  }
  for (const char* fate : {"dropped", "moved", "kept", "added"}) EXPECT_GT(fates[fate], 3U) << fate;
}

TEST_F(ReorgE2eTest, LeavesTheTruthOnTheNewChain) {
  simulator_.Post("/simulator/reorg?depth=12");
  std::map<std::string, std::string> hashes;
  for (const SentLog& log : chain_.AllLogs()) {
    hashes[std::to_string(log.block) + " " + std::to_string(log.index)] = log.transaction;
  }
  const auto truth = TruthOf(simulator_);
  for (const TruthRow& row : truth) {
    EXPECT_EQ(hashes[row.at("block_number") + " " + row.at("log_index")],
              row.at("transaction_hash"));
  }
  EXPECT_EQ(FieldOf(simulator_.Get("/simulator/chain").body, "fills"),
            std::to_string(truth.size()));
  EXPECT_EQ(FieldOf(simulator_.Get("/simulator/chain").body, "reorganisations"), "1");
}

TEST_F(ReorgE2eTest, CanReplaceEverythingAgainAndAgain) {
  const std::string start = HashAt(kStartHead);
  for (int i = 0; i < 3; ++i) simulator_.Post("/simulator/reorg?depth=1000000");

  EXPECT_EQ(chain_.Head(), kStartHead);
  EXPECT_THAT(HashAt(kStartHead), Not(start));
  EXPECT_EQ(simulator_.Post("/simulator/reorg?depth=0").status, 422);
}

}  // namespace
}  // namespace polyhouse
