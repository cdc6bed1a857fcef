#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/clock.h"
#include "benches.h"
#include "support/polyhouse_program.h"

namespace polyhouse {
namespace {

constexpr int kBlocks = 15;

}  // namespace

/// How long after a block was confirmed, because a block was put on top, its trades are answers of
/// queries; with the settings that everybody has.
void BenchTradeLatency(const BenchInput& /*input*/, Report& report) {
  constexpr std::uint64_t kConfirmations = 20;
  const ScratchDir dir;
  const Simulator simulator({"--markets", "300", "--fills", "2000", "--block-fills", "50"});
  const Polyhouse polyhouse(
      dir / "data", simulator.url(), {"--rpc-url=" + simulator.url() + "/rpc"});
  const ChildProcess up(polyhouse.Command({"up", "--fills-from=89990000"}));
  const auto newest = [&] {
    return std::stoull(polyhouse.Query("SELECT max(block_number) FROM trades_current"));
  };
  simulator.Post("/simulator/blocks?n=30");
  const auto are_there = [&] { return newest() == HeadOf(simulator) - kConfirmations; };
  if (!WaitUntil(are_there)) throw std::runtime_error("no trades: " + up.Stderr());

  std::vector<long> waits;
  while (waits.size() < kBlocks) {
    const SteadyTime mined = SteadyNow();
    simulator.Post("/simulator/blocks?n=1");
    if (!WaitUntil(are_there)) throw std::runtime_error("no trades: " + up.Stderr());
    waits.push_back(
        std::chrono::duration_cast<std::chrono::milliseconds>(SteadyNow() - mined).count());
  }
  std::sort(waits.begin(), waits.end());
  report.AddFigure(
      "from a block's confirmation to its trades in a query's answer, the middle and "
      "the longest of " +
          std::to_string(kBlocks),
      std::to_string(waits[kBlocks / 2]) + " and " + std::to_string(waits.back()) + " ms",
      "5 s");
}

}  // namespace polyhouse
