#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "chain/rpc_routes.h"
#include "drift.h"
#include "fault_plan.h"
#include "http_server.h"
#include "traffic_options.h"

namespace polyhouse {

/// The command line of polyhouse-simulator.
struct SimulatorOptions {
  HttpServerOptions server;
  std::string port_file;
  std::uint64_t seed = 1;
  std::uint32_t markets = 1000;
  std::optional<std::uint32_t> events;  ///< Empty: a third of the markets.
  std::uint32_t archive_every = 0;      ///< Ticks between two archived markets; 0: never.
  std::uint32_t five_minute = 0;        ///< Series of five-minute markets.
  std::uint32_t list_late = 0;          ///< Ticks until a new market is listed.
  std::uint32_t fifty_fifty = 0;        ///< One market in so many pays 50-50; 0: none.
  std::string recordings;               ///< Empty: the world is generated.
  std::chrono::milliseconds tick{0};    ///< Zero: time passes only on request.
  FaultPlan faults;
  Drift drift;
  TrafficOptions traffic;
  ChainOptions chain;
  RpcRoutes::Specs endpoints;
  std::chrono::milliseconds block_every{0};  ///< Zero: blocks come with the ticks alone.
  std::string truth;
};

/// The options, or the exit code when there is nothing to run: 0 after --help, 2 after a mistake,
/// which is explained on standard error.
struct ParsedOptions {
  SimulatorOptions options;
  std::optional<int> exit_code;
};
ParsedOptions ParseOptions(int argc, const char* const* argv);

}  // namespace polyhouse
