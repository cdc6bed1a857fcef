// Answers against what was planned: from the chain and the listings to the views, to the millionth.

#include <gtest/gtest.h>

#include "e2e/truth_tables.h"
#include "support/polyhouse_program.h"

namespace polyhouse {
namespace {

/// A day of trades through all generations of exchanges, in markets of which some are settled, some
/// 50-50, some open, and some listed after they have traded.
std::vector<std::string> World() {
  return {"--markets",
          "1500",
          "--fills",
          "8000",
          "--fill-blocks",
          "43000",
          "--planned-markets",
          "40",
          "--fifty-fifty",
          "5",
          "--list-late",
          "2"};
}

TEST(PlannedWorld, AnswersAreWhatWasPlanned) {
  const ScratchDir dir;
  const Simulator simulator(World());
  const Polyhouse polyhouse(
      WithTables(dir / "data"),
      simulator.url(),
      {"--rpc-url=" + simulator.url() + "/rpc", "--fills-from=89950000", "--rate-rpc=0"});
  const auto up = [&] {
    const RunResult once = polyhouse.Run({"up", "--once"});
    ASSERT_EQ(once.exit_code, 0) << once.err;
  };
  const TruthTables truth(polyhouse);
  up();
  truth.LoadAnswers(simulator, HeadOf(simulator) - 20);
  EXPECT_NE(truth.AnswerDifferences(), "") << "Some markets are not listed yet.";
  simulator.Post("/simulator/tick?n=3");
  up();
  truth.LoadAnswers(simulator, HeadOf(simulator) - 20);

  EXPECT_EQ(truth.AnswerDifferences(), "");

  const auto engine = polyhouse.HoldEngine();
  EXPECT_EQ(polyhouse.Query("SELECT count() > 20, countIf(settled_pnl != 0) > 20, "
                            "countIf(open_pnl != 0) > 5 FROM truth.wallet_pnl"),
            "1\t1\t1");
  EXPECT_EQ(polyhouse.Query("SELECT uniqExact(day) > 1 FROM truth.market_volume_daily"), "1");
  EXPECT_EQ(polyhouse.Query("SELECT arraySort(groupUniqArray(payout)) FROM payouts WHERE market_id "
                            "IN (SELECT market_id FROM truth.market_stats)"),
            "[0,0.5,1]");
  EXPECT_EQ(polyhouse.Query("SELECT arraySort(groupUniqArray(generation)) FROM trades_current "
                            "WHERE market_id IN (SELECT market_id FROM truth.market_stats)"),
            "['v1','v2','v3']");

  const RunResult apply =
      polyhouse.Run({"schema", "apply", "--schema-token-hours=true", "--schema-wallet-days=true"});
  ASSERT_EQ(apply.exit_code, 0) << apply.err;
  ASSERT_EQ(polyhouse.Run({"write", "--once"}).exit_code, 0);
  EXPECT_EQ(truth.AnswerDifferences(), "") << "Kept ready.";
}

}  // namespace
}  // namespace polyhouse
