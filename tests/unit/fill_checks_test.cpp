// What verify and reconcile judge fills and trades by, without tables and nodes to ask.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "checks/fill_judge.h"
#include "checks/node_witness.h"
#include "checks/trade_witness.h"

namespace polyhouse {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;

BlockFacts SomeFacts() {
  return {.blocks = {10, 29},
          .read = {{10, 29}},
          .ledger = {{{10, 19}, 3}, {{20, 29}, 2}},
          .fills = {{11, 1}, {15, 2}, {29, 2}},
          .trades = {{11, 1}, {15, 2}, {29, 2}}};
}

class FillJudgement : public testing::Test {
 protected:
  void Judge(const BlockFacts& facts) { JudgeBlocks(facts, findings_, again_); }

  Findings findings_;
  std::vector<BlockRange> again_;
};

TEST_F(FillJudgement, TakesTheLedgersNumberWhereFillsAreNotKept) {
  BlockFacts facts = SomeFacts();
  facts.fills.clear();
  facts.has_fills = false;
  Judge(facts);
  EXPECT_THAT(again_, IsEmpty());

  facts.trades.pop_back();
  Judge(facts);
  EXPECT_THAT(again_, ElementsAre(BlockRange{20, 29}));
}

TEST_F(FillJudgement, FindsNothingWrongWithWhatIsAsItWasRead) {
  Judge(SomeFacts());

  EXPECT_TRUE(findings_.IsClean()) << findings_.Text();
  EXPECT_THAT(again_, IsEmpty());
}

TEST_F(FillJudgement, FindsFillsAndTradesThatAreLost) {
  BlockFacts facts = SomeFacts();
  facts.fills[1].rows = 1;
  facts.trades[2].rows = 1;

  Judge(facts);

  EXPECT_THAT(findings_.WrongOf(kLostRowFound), ElementsAre(Field(&Finding::id, "fills/10-19")));
  EXPECT_THAT(findings_.WrongOf(kLostTradeFound), ElementsAre(Field(&Finding::id, "trades/20-29")));
  EXPECT_THAT(again_, ElementsAre(BlockRange{10, 19}, BlockRange{20, 29}));
}

TEST_F(FillJudgement, FindsBlocksThatNoRangeOfTheLedgerHas) {
  BlockFacts facts = SomeFacts();
  facts.ledger.pop_back();
  facts.read = {{10, 24}};

  Judge(facts);

  EXPECT_THAT(findings_.WrongOf(kHoleFound), ElementsAre(Field(&Finding::id, "fills/20-24")));
  EXPECT_THAT(again_, ElementsAre(BlockRange{20, 24}));
}

/// After a reorganisation or a repair.
TEST_F(FillJudgement, GoesByTheNewestReadingOfEachBlock) {
  BlockFacts facts = SomeFacts();
  facts.ledger = {{{10, 19}, 7}, {{15, 29}, 9}, {{10, 19}, 3}, {{20, 29}, 2}};

  Judge(facts);

  EXPECT_TRUE(findings_.IsClean()) << findings_.Text();
}

TEST_F(FillJudgement, LooksAtARangeWhereItBegins) {
  BlockFacts facts = SomeFacts();
  facts.ledger = {{{5, 14}, 100}, {{15, 24}, 2}, {{25, 34}, 6}};
  facts.fills.push_back({31, 4});
  facts.trades.push_back({31, 4});

  Judge(facts);

  EXPECT_TRUE(findings_.IsClean()) << findings_.Text();
}

TEST(JudgeFills, TellsMissingFromDifferentOnes) {
  OrderFill fill{.block_number = 7, .transaction_hash = "0xa", .log_index = 1};
  const std::vector<std::string> row = {"7", "1", "0xa", "", "", "", "", "", "", "0", "0", "0"};
  Findings findings;

  EXPECT_TRUE(JudgeFills({7, 7}, "node", {fill}, {row}, findings));
  EXPECT_TRUE(findings.IsClean());

  OrderFill other = fill;
  other.log_index = 2;
  std::vector<std::string> changed = row;
  changed[11] = "5";
  EXPECT_FALSE(JudgeFills({7, 7}, "node", {fill, other}, {changed}, findings));
  EXPECT_THAT(findings.WrongOf(kDifferentFillsFound).at(0).what,
              HasSubstr("1 are missing, 1 differ, 0 are too many"));
}

WitnessTrade TradeAt(std::uint64_t time,
                     std::int64_t size,
                     const std::string& transaction = "0xa") {
  return {.transaction_hash = transaction,
          .token_id = TokenId("9"),
          .side = "BUY",
          .size = {size},
          .time = time};
}

TEST(JudgeTrades, ComparesWhatBothCanKnow) {
  Findings findings;
  std::vector<std::uint64_t> wrong_at;
  // Before and after the window each knows what it likes; two alike in one transaction are two.
  JudgeTrades("0xc",
              {TradeAt(5, 1), TradeAt(10, 7), TradeAt(10, 7)},
              {TradeAt(10, 7), TradeAt(10, 7), TradeAt(30, 2)},
              {10, 20},
              findings,
              wrong_at);
  EXPECT_TRUE(findings.IsClean()) << findings.Text();

  JudgeTrades("0xc",
              {TradeAt(10, 7), TradeAt(11, 3, "0xb"), TradeAt(12, 3, "0xd")},
              {TradeAt(10, 7), TradeAt(10, 7), TradeAt(11, 3, "0xb"), TradeAt(13, 1, "0xe")},
              {10, 20},
              findings,
              wrong_at);
  EXPECT_THAT(findings.WrongOf(kDifferentTradeFound).at(0).what, HasSubstr("2 of 0.000014"));
  EXPECT_THAT(findings.WrongOf(kMissingTradeFound).at(0).what, HasSubstr("0xd BUY of 9"));
  EXPECT_EQ(findings.note_count(), 1U);
  EXPECT_THAT(wrong_at, ElementsAre(10, 12));
}

}  // namespace
}  // namespace polyhouse
