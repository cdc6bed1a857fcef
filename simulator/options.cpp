#include "options.h"

#include <CLI/CLI.hpp>
#include <charconv>
#include <cstdio>

namespace polyhouse {
namespace {

constexpr int kUsageExit = 2;
constexpr std::uint32_t kMostMarkets = 50'000'000;
constexpr std::uint32_t kMostTicks = 1'000'000;

/// The command line as text and numbers, before it is understood.
struct RawOptions {
  std::string listen = "127.0.0.1:0";
  std::string fault;
  double tick = 0;
  std::uint32_t events = 0;
};

Status ReadListen(const std::string& text, HttpServerOptions& server) {
  const std::size_t colon = text.rfind(':');
  unsigned port = 65'536;
  if (colon != std::string::npos) {
    const char* end = text.data() + text.size();
    if (std::from_chars(text.data() + colon + 1, end, port).ptr != end) port = 65'536;
  }
  if (port > 65'535) {
    return ConfigError(
        "--listen must be ADDRESS:PORT with an IPv4 address and a port from 0 to 65535, as in "
        "127.0.0.1:0; it is \"" +
        text + "\".");
  }
  server.address = text.substr(0, colon);
  server.port = static_cast<std::uint16_t>(port);
  return Ok();
}

void AddFlags(CLI::App& app, SimulatorOptions& options, RawOptions& raw) {
  app.add_option("--listen", raw.listen, "ADDRESS:PORT to serve on; port 0 lets the system choose")
      ->capture_default_str();
  app.add_option("--port-file", options.port_file, "File that receives the port once it is served");
  app.add_option("--seed", options.seed, "Seed of the generated world and of the faults")
      ->capture_default_str();
  app.add_option("--markets", options.markets, "Markets of the generated world")
      ->check(CLI::Range(0U, kMostMarkets))
      ->capture_default_str();
  app.add_option("--events",
                 raw.events,
                 "Events of the generated world; a third of the markets when not given")
      ->check(CLI::Range(0U, kMostMarkets));
  app.add_option(
         "--archive-every",
         options.archive_every,
         "Ticks until one more market is archived: in no listing, looked up by id; 0: never")
      ->check(CLI::Range(0U, kMostTicks))
      ->capture_default_str();
  app.add_option("--recordings",
                 options.recordings,
                 "Serve the recorded responses in DIR/gamma_markets and DIR/gamma_events")
      ->type_name("DIR")
      ->excludes("--markets")
      ->excludes("--events")
      ->excludes("--archive-every");
  app.add_option("--tick",
                 raw.tick,
                 "Seconds between changes of the world; 0: only by POST /simulator/tick")
      ->check(CLI::Range(0.0, 86'400.0))
      ->capture_default_str();
  app.add_option("--fault", raw.fault, "Misbehave: name=probability,… " + FaultHelp());
  app.add_option(
      "--truth", options.truth, "File that receives what was really served, on SIGTERM or SIGINT");
  app.add_flag(
      "--log-requests", options.server.log_requests, "One line per request on standard error");
}

Status Understand(const RawOptions& raw, const CLI::App& app, SimulatorOptions& options) {
  if (Status status = ReadListen(raw.listen, options.server); !status) return status;
  options.tick = std::chrono::milliseconds(static_cast<std::int64_t>(raw.tick * 1000));
  if (app.count("--events") > 0) options.events = raw.events;
  Result<FaultPlan> faults = FaultPlan::Parse(raw.fault, options.seed);
  if (!faults) return faults.error();
  options.faults = *std::move(faults);
  return Ok();
}

/// The names of all flags, for whoever mistyped one.
std::string FlagNames(const CLI::App& app) {
  std::string names;
  for (const CLI::Option* option : app.get_options()) {
    (names += names.empty() ? "" : ", ") += option->get_name();
  }
  return names;
}

}  // namespace

ParsedOptions ParseOptions(int argc, const char* const* argv) {
  ParsedOptions parsed;
  RawOptions raw;
  CLI::App app("A local Polymarket: the Gamma API over a generated or a recorded world.",
               "polyhouse-simulator");
  AddFlags(app, parsed.options, raw);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp& help) {
    parsed.exit_code = app.exit(help);
    return parsed;
  } catch (const CLI::ParseError& error) {
    std::fprintf(stderr,
                 "polyhouse-simulator: %s (valid flags: %s)\n",
                 error.what(),
                 FlagNames(app).c_str());
    parsed.exit_code = kUsageExit;
    return parsed;
  }
  if (const Status status = Understand(raw, app, parsed.options); !status) {
    std::fprintf(stderr, "polyhouse-simulator: %s\n", status.error().message.c_str());
    parsed.exit_code = kUsageExit;
  }
  return parsed;
}

}  // namespace polyhouse
