#include <csignal>
#include <cstdio>
#include <fstream>
#include <functional>
#include <thread>

#include "base/clock.h"
#include "generated_world.h"
#include "options.h"
#include "recorded_world.h"
#include "simulator.h"

namespace polyhouse {
namespace {

constexpr int kFailedExit = 1;
constexpr int kUsageExit = 2;
constexpr std::size_t kTruthPart = 1 << 20;

Result<std::unique_ptr<World>> MakeWorld(const SimulatorOptions& options) {
  if (!options.recordings.empty()) return OpenRecordedWorld(options.recordings);
  const std::uint32_t events = options.events.value_or((options.markets + 2) / 3);
  return std::unique_ptr<World>(
      std::make_unique<GeneratedWorld>(GeneratedWorldOptions{options.seed,
                                                             options.markets,
                                                             events,
                                                             options.archive_every,
                                                             options.five_minute,
                                                             options.list_late,
                                                             options.fifty_fifty}));
}

/// Does something again and again; nothing when the interval is zero.
std::jthread Every(std::chrono::milliseconds interval, std::function<void()> act) {
  if (interval <= interval.zero()) return {};
  return std::jthread([interval, act = std::move(act)](std::stop_token stop) {
    SystemClock clock;
    while (!stop.stop_requested()) {
      clock.SleepFor(interval, stop);
      if (!stop.stop_requested()) act();
    }
  });
}

/// The signals that end the program, blocked in every thread started after this.
sigset_t BlockStopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  return signals;
}

Status Announce(const SimulatorOptions& options, std::uint16_t port) {
  if (!options.port_file.empty()) {
    std::ofstream file(options.port_file);
    file << port << '\n' << std::flush;
    if (!file) return ConfigError("Cannot write the port to " + options.port_file + ".");
  }
  std::printf("listening on http://%s:%u\n", options.server.address.c_str(), unsigned{port});
  std::fflush(stdout);
  return Ok();
}

Status WriteTruth(const std::string& path, Simulation& simulation) {
  std::ofstream file(path, std::ios::binary);
  TruthPosition position;
  std::string part;
  for (bool has_more = true; has_more && file;) {
    part.clear();
    has_more = simulation.ReadTruth(position, kTruthPart, part);
    file << part;
  }
  file.flush();
  return file ? Ok() : Status(ConfigError("Cannot write the truth to " + path + "."));
}

int Complain(const Error& error, int exit_code) {
  std::fprintf(stderr, "polyhouse-simulator: %s\n", error.message.c_str());
  return exit_code;
}

int Run(const SimulatorOptions& options) {
  const sigset_t signals = BlockStopSignals();
  Result<std::unique_ptr<World>> world = MakeWorld(options);
  if (!world) return Complain(world.error(), kUsageExit);
  SimulatedApi simulator(*std::move(world),
                         options.faults,
                         options.drift,
                         options.traffic,
                         options.chain,
                         options.endpoints);
  Result<std::unique_ptr<HttpServer>> server = HttpServer::Start(options.server, simulator);
  if (!server) return Complain(server.error(), kUsageExit);
  if (const Status status = Announce(options, (*server)->port()); !status) {
    return Complain(status.error(), kUsageExit);
  }
  std::jthread ticker = Every(options.tick, [&] { simulator.simulation().Tick(1); });
  std::jthread miner = Every(options.block_every, [&] { simulator.simulation().chain().Mine(1); });
  int received = 0;
  sigwait(&signals, &received);
  simulator.Settle();
  ticker = std::jthread();
  miner = std::jthread();
  server->reset();
  if (options.truth.empty()) return 0;
  const Status status = WriteTruth(options.truth, simulator.simulation());
  return status ? 0 : Complain(status.error(), kFailedExit);
}

}  // namespace
}  // namespace polyhouse

int main(int argc, char** argv) {
  const polyhouse::ParsedOptions parsed = polyhouse::ParseOptions(argc, argv);
  return parsed.exit_code ? *parsed.exit_code : polyhouse::Run(parsed.options);
}
