// What nodes say of the addresses that trade: every row against what the simulator says of them.

#include <gtest/gtest.h>

#include "e2e/truth_tables.h"
#include "support/polyhouse_program.h"

namespace polyhouse {
namespace {

/// The settings of a program that reads the whole chain of the simulator.
std::vector<std::string> Settings(const Simulator& simulator) {
  return {"--rpc-url=" + simulator.url() + "/rpc/1," + simulator.url() + "/rpc/2",
          "--fills-from=89990000",
          "--rate-rpc=0",
          "--gamma-retry-base=5ms",
          "--gamma-retry-cap=100ms",
          "--writer-batch-age=100ms"};
}

std::string Difference(const Polyhouse& polyhouse, const Simulator& simulator) {
  const TruthTables truth(polyhouse);
  truth.LoadAddresses(simulator, HeadOf(simulator) - 20);
  return truth.AddressDifferences();
}

TEST(Addresses, AreWhatTheChainSaysHoweverNodesAnswer) {
  const ScratchDir dir;
  const Simulator simulator({"--markets", "60", "--fills", "4000", "--seed", "31"});
  for (const std::string fault : {"1&spec=flaw=0.1,error200=0.1,errorobject200=0.05,truncate=0.1,"
                                  "html=0.1,429=0.05,reset=0.05",
                                  "2&spec=batch=off,lag=3"}) {
    simulator.Post("/simulator/rpc?endpoint=" + fault);
  }
  const Polyhouse polyhouse(WithTables(dir / "data"), simulator.url(), Settings(simulator));

  // Off: nobody is asked, and nothing waits for it.
  const RunResult without = polyhouse.Run({"up", "--once"});
  ASSERT_EQ(without.exit_code, 0) << without.err;
  {
    const auto engine = polyhouse.HoldEngine();
    EXPECT_EQ(polyhouse.Query("SELECT count() FROM addresses"), "0");
    EXPECT_GT(std::stoi(polyhouse.Query("SELECT uniqExact(maker) FROM trades")), 100);
  }
  EXPECT_EQ(simulator.Get("/simulator/stats").find("eth_getCode"), std::string::npos);

  // On: also those that have traded before, and the new ones.
  simulator.Post("/simulator/blocks?n=40");
  const RunResult with = polyhouse.Run({"up", "--once", "--addresses-enabled=true"});

  ASSERT_EQ(with.exit_code, 0) << with.err;
  EXPECT_EQ(Difference(polyhouse, simulator), "");
  const auto engine = polyhouse.HoldEngine();
  EXPECT_EQ(polyhouse.Query("SELECT count() - uniqExact(address) FROM addresses"), "0");
  EXPECT_EQ(polyhouse.Query("SELECT uniqExact(code_size), countIf(is_contract != (code_size > 0)) "
                            "FROM addresses_current"),
            "3\t0");
  EXPECT_EQ(polyhouse.Query("SELECT count() FROM addresses WHERE block_number < (SELECT "
                            "max(block_number) FROM trades WHERE maker = address)"),
            "0")
      << "asked as of a block that has its trades";
}

}  // namespace
}  // namespace polyhouse
