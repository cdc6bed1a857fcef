#include <sys/resource.h>

#include <stdexcept>

#include "base/clock.h"
#include "benches.h"
#include "support/polyhouse_program.h"

namespace polyhouse {
namespace {

constexpr int kRounds = 3;
/// The documented limit of the listing of markets.
constexpr double kAllowedPerSecond = 30;

/// CPU of all children that have ended and were waited for, in seconds.
double ChildCpu() {
  rusage usage{};
  getrusage(RUSAGE_CHILDREN, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

struct Ran {
  double seconds = 0;
  double cpu = 0;
  std::string err;
};

Ran RunMeasured(const Polyhouse& polyhouse, const std::vector<std::string>& arguments) {
  const double cpu = ChildCpu();
  const auto started = SteadyNow();
  const RunResult result = polyhouse.Run(arguments);
  const std::chrono::duration<double> took = SteadyNow() - started;
  if (result.exit_code != 0) throw std::runtime_error(arguments.front() + ": " + result.err);
  return {took.count(), ChildCpu() - cpu, result.err};
}

/// The number behind a key of a JSON text.
double NumberBehind(const std::string& json, const std::string& key) {
  const auto at = json.find("\"" + key + "\":");
  if (at == std::string::npos) throw std::runtime_error("no " + key + " in " + json);
  return std::stod(json.substr(at + key.size() + 3));
}

void BenchLimit(const BenchInput& input, Report& report) {
  const ScratchDir dir;
  const Simulator simulator({"--markets",
                             std::to_string(input.markets),
                             "--seed",
                             "5",
                             "--latency",
                             "150",
                             "--rate-limit",
                             "markets=300/10,events=500/10",
                             "--rate-mode",
                             "429"});
  const Polyhouse polyhouse(
      dir / "data", simulator.url(), {"--rate-markets=300", "--ingest-canary-interval=0s"});
  const Ran ran = RunMeasured(polyhouse, {"ingest", "markets", "--once"});
  const std::string stats = simulator.Get("/simulator/stats");
  const double requests = NumberBehind(stats, "/markets/keyset");
  report.AddRatio("backfill of " + std::to_string(input.markets) +
                      " markets at the documented limit, answers take 150 ms",
                  std::to_string(static_cast<long>(requests)) + " requests in " +
                      std::to_string(static_cast<long>(ran.seconds)) + " s",
                  "30 requests/s",
                  requests / ran.seconds / kAllowedPerSecond,
                  "0.9");
}

void BenchUnlimited(const BenchInput& input, Report& report) {
  const Simulator simulator({"--markets", std::to_string(input.markets), "--seed", "5"});
  double cpu = 0;
  const double seconds = MedianSeconds(kRounds, [&] {
    const ScratchDir dir;
    const Polyhouse polyhouse(dir / "data",
                              simulator.url(),
                              {"--ingest-max-backlog=5000000", "--ingest-canary-interval=0s"});
    cpu = RunMeasured(polyhouse, {"ingest", "markets", "--once"}).cpu;
  });
  const auto markets = static_cast<double>(input.markets);
  report.AddFigure("the same without a limit", PerSecond(markets / seconds, "rows"), "");
  report.AddFigure("CPU of the ingester for it",
                   std::to_string(static_cast<long>(cpu / markets * 1e6)) + " µs a row",
                   "");
}

/// The writer's work after a walk that found everything changed, and after one that found nothing.
void BenchRefresh(const BenchInput& input, Report& report) {
  const ScratchDir dir;
  const Simulator simulator({"--markets", std::to_string(input.markets), "--seed", "5"});
  const double open = NumberBehind(simulator.Get("/simulator/world"), "open_markets");
  const Polyhouse polyhouse(dir / "data",
                            simulator.url(),
                            {"--ingest-max-backlog=5000000", "--ingest-canary-interval=0s"});
  ChildProcess engine(polyhouse.Command({"engine", "--read-write"}));
  WaitUntil([&] { return engine.Stderr().find("answers") != std::string::npos; });
  RunMeasured(polyhouse, {"ingest", "markets", "--once"});
  const double first = RunMeasured(polyhouse, {"write", "--once"}).cpu;
  const double walk_cpu = first * open / static_cast<double>(input.markets);
  // A second round of each lane: refresh walks everything open.
  RunMeasured(polyhouse, {"ingest", "markets", "--once", "--markets-settle=false"});
  const double idle = RunMeasured(polyhouse, {"write", "--once"}).cpu;
  report.AddRatio("writer's CPU after a refresh of " + std::to_string(static_cast<long>(open)) +
                      " open markets that did not change",
                  std::to_string(static_cast<long>(idle * 1000)) + " ms",
                  std::to_string(static_cast<long>(walk_cpu * 1000)) + " ms for a first walk",
                  idle / walk_cpu,
                  "below 0.1");
  report.AddFigure(
      "rows written by that refresh",
      polyhouse.Query("SELECT sum(changed) FROM ingest_ledger_current WHERE lane = 'refresh'"),
      "0");
}

}  // namespace

void BenchFreshness(const BenchInput& input, Report& report) {
  BenchLimit(input, report);
  BenchUnlimited(input, report);
  BenchRefresh(input, report);
}

}  // namespace polyhouse
