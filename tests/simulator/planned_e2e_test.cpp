#include <gtest/gtest.h>

#include <set>

#include "chain_client.h"

namespace polyhouse {
namespace {

class PlannedE2eTest : public testing::Test {
 protected:
  /// Lines of the answers of one kind, up to a block.
  std::vector<std::string> Answers(const std::string& kind, const std::string& query = "") const {
    std::vector<std::string> lines;
    for (std::string& line : LinesOf(simulator_.Get("/simulator/answers" + query).body)) {
      if (FieldOf(line, "kind") == "\"" + kind + "\"") lines.push_back(std::move(line));
    }
    return lines;
  }

  /// The sum of a number in the answers of one kind.
  std::int64_t Sum(const std::string& kind, const std::string& key, const std::string& query = "") {
    std::int64_t sum = 0;
    for (const std::string& line : Answers(kind, query)) sum += std::stoll(FieldOf(line, key));
    return sum;
  }

  /// Fills of planned markets on the chain; fails the test where others trade there, or planned
  /// wallets elsewhere.
  std::int64_t PlannedFills(const std::string& query = "") const {
    std::set<std::string> markets;
    std::set<std::string> wallets;
    for (const std::string& line : Answers("market")) {
      markets.insert(Unquoted(FieldOf(line, "market_id")));
    }
    for (const std::string& line : Answers("wallet")) {
      wallets.insert(Unquoted(FieldOf(line, "wallet")));
    }
    std::int64_t fills = 0;
    for (const TruthRow& row : TruthOf(simulator_, query)) {
      const bool is_planned = markets.contains(row.at("market_id"));
      EXPECT_EQ(is_planned, wallets.contains(row.at("maker")));
      fills += is_planned ? 1 : 0;
    }
    return fills;
  }

  SimulatorProcess simulator_{{"--markets", "600", "--fills", "4000", "--planned-markets", "12"}};
};

TEST_F(PlannedE2eTest, AnswersForWhatIsOnTheChain) {
  EXPECT_EQ(Answers("market").size(), 12U);
  EXPECT_GT(Sum("market", "rounds"), 50);
  EXPECT_EQ(Sum("wallet", "fills"), PlannedFills());
  EXPECT_EQ(2 * Sum("market", "matches"), PlannedFills());
  EXPECT_EQ(Sum("day", "usd"), Sum("market", "usd"));
  const std::string half = "?to=" + std::to_string(kStartHead - 50);
  EXPECT_LT(PlannedFills(half), PlannedFills());
  EXPECT_EQ(Sum("wallet", "fills", half), PlannedFills(half));
}

TEST_F(PlannedE2eTest, FollowsReorganisations) {
  const std::int64_t before = PlannedFills();
  simulator_.Post("/simulator/blocks?n=30");
  simulator_.Post("/simulator/reorg?depth=60");

  EXPECT_NE(PlannedFills(), before);
  EXPECT_EQ(Sum("wallet", "fills"), PlannedFills());
}

TEST_F(PlannedE2eTest, HasNoPlansUnlessAsked) {
  const SimulatorProcess other({"--markets", "50", "--fills", "100"});

  EXPECT_EQ(other.Get("/simulator/answers").body, "");
  EXPECT_EQ(other.Get("/simulator/answers?to=x").status, 422);
}

}  // namespace
}  // namespace polyhouse
