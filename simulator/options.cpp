#include "options.h"

#include <CLI/CLI.hpp>
#include <charconv>
#include <cstdio>

#include "config/units.h"

namespace polyhouse {
namespace {

constexpr int kUsageExit = 2;
constexpr std::uint32_t kMostMarkets = 50'000'000;
constexpr std::chrono::milliseconds kLongestLatency{600'000};
constexpr std::chrono::seconds kLongestCdn{86'400};
constexpr std::chrono::seconds kLongestTick{86'400};
constexpr std::uint32_t kMostSeries = 100'000;
constexpr std::uint32_t kMostTicks = 1'000'000;
constexpr std::uint64_t kMostFills = 1'000'000'000;
constexpr std::uint64_t kMostBlocks = 40'000'000;
constexpr std::uint32_t kMostBlockFills = 100'000;
constexpr std::uint32_t kMostUnlisted = 100'000;
constexpr std::uint32_t kMostPlanned = 10'000;
constexpr std::chrono::seconds kLongestBlock{3600};

/// The command line as text and numbers, before it is understood.
struct RawOptions {
  std::string listen = "127.0.0.1:0";
  std::string fault;
  std::string drift;
  std::string tick = "0";
  std::uint32_t events = 0;
  std::string rate_limit;
  std::string rate_mode = "delay";
  std::string latency = "0";
  std::string cdn = "0";
  std::uint64_t fill_blocks = 0;
  std::string block_timestamp = "on";
  std::string block_every = "0";
  std::vector<std::string> rpc_faults;
};

/// "500ms" or "30s" as the program itself takes them, or a number of `unit`.
template <class Unit>
Status ReadDuration(const std::string& flag,
                    const std::string& text,
                    Unit longest,
                    std::chrono::milliseconds& out) {
  using std::chrono::milliseconds;
  auto duration = ParseDuration(text);
  double number = 0;
  const char* end = text.data() + text.size();
  const auto [read, error] = std::from_chars(text.data(), end, number);
  if (!duration && error == std::errc{} && read == end && number >= 0) {
    using Units = std::chrono::duration<double, typename Unit::period>;
    duration = std::chrono::duration_cast<milliseconds>(Units(number));
  }
  if (!duration || *duration > longest) {
    return ConfigError(flag + " must be a duration such as 500ms or 30s, of at most " +
                       FormatDuration(longest) + "; it is \"" + text + "\".");
  }
  out = *duration;
  return Ok();
}

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

/// What there is to serve, and how it moves.
void AddWorldFlags(CLI::App& app, SimulatorOptions& options, RawOptions& raw) {
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
  app.add_option("--five-minute",
                 options.five_minute,
                 "Series of markets that close five simulated minutes after they open, on top of "
                 "the usual changes")
      ->check(CLI::Range(0U, kMostSeries))
      ->capture_default_str();
  app.add_option(
         "--list-late",
         options.list_late,
         "Ticks for which a new market trades on the chain before any listing or lookup has "
         "it; those of a series are listed at once")
      ->check(CLI::Range(0U, kMostTicks))
      ->capture_default_str();
  app.add_option("--fifty-fifty",
                 options.fifty_fifty,
                 "One market in so many is resolved 50-50, without a winner; 0: none")
      ->check(CLI::Range(0U, kMostMarkets))
      ->capture_default_str();
  app.add_option("--recordings",
                 options.recordings,
                 "Serve the recorded responses in DIR/gamma_markets and DIR/gamma_events, or the "
                 "archive in DIR")
      ->type_name("DIR")
      ->excludes("--markets")
      ->excludes("--events")
      ->excludes("--archive-every")
      ->excludes("--five-minute")
      ->excludes("--list-late")
      ->excludes("--fifty-fifty");
  app.add_option("--tick",
                 raw.tick,
                 "Between changes of the world, such as 500ms, or seconds; 0: only by POST "
                 "/simulator/tick")
      ->capture_default_str();
}

/// The chain under /rpc.
void AddChainFlags(CLI::App& app, SimulatorOptions& options, RawOptions& raw) {
  app.add_option("--fills",
                 options.chain.fills,
                 "Fills of orders on the chain at the start (/rpc); 0: none, then or later")
      ->check(CLI::Range(std::uint64_t{0}, kMostFills))
      ->capture_default_str();
  app.add_option("--fill-blocks",
                 raw.fill_blocks,
                 "Blocks over which they are spread; when not given 100, or one for 20 fills")
      ->check(CLI::Range(std::uint64_t{1}, kMostBlocks));
  app.add_option("--block-fills", options.chain.block_fills, "Fills in each later block, about")
      ->check(CLI::Range(0U, kMostBlockFills))
      ->capture_default_str();
  app.add_option(
         "--block-actions",
         options.chain.block_actions,
         "Splits, merges, redemptions and conversions in each block, about; 0: none, and no "
         "resolutions")
      ->check(CLI::Range(0U, kMostBlockFills))
      ->capture_default_str();
  app.add_option("--unlisted-tokens",
                 options.chain.unlisted_tokens,
                 "Markets whose tokens trade though they are in no listing")
      ->check(CLI::Range(0U, kMostUnlisted))
      ->capture_default_str();
  app.add_option("--planned-markets",
                 options.chain.planned_markets,
                 "Markets that trade by plan alone, so that what their trades come to is known "
                 "beforehand (GET /simulator/answers)")
      ->check(CLI::Range(0U, kMostPlanned))
      ->capture_default_str();
  app.add_option(
         "--block-timestamp", raw.block_timestamp, "Whether logs carry blockTimestamp: on or off")
      ->check(CLI::IsMember({"on", "off"}))
      ->capture_default_str();
  app.add_option("--block-every",
                 raw.block_every,
                 "Between blocks on top of the 30 of each tick, such as 2s, or seconds; 0: none")
      ->capture_default_str();
  app.add_option("--rpc-fault",
                 raw.rpc_faults,
                 "Let an endpoint misbehave: N:key=value,… N is 0 for /rpc, 1 to 9 for /rpc/N; " +
                     EndpointSpecHelp())
      ->type_name("N:SPEC");
}

/// How it is served: what goes wrong, what has changed, how fast it is.
void AddTrafficFlags(CLI::App& app, RawOptions& raw) {
  app.add_option("--fault", raw.fault, "Misbehave: name=probability,… " + FaultHelp());
  app.add_option("--drift", raw.drift, "Break what is documented: name,name=value… " + DriftHelp());
  app.add_option("--rate-limit",
                 raw.rate_limit,
                 "Requests in any so many seconds, as markets=300/10,events=500/10,clob=9000/10; "
                 "a group has its listings and lookups");
  app.add_option("--rate-mode",
                 raw.rate_mode,
                 "What happens over the limit: delay = the request waits; 429; 429ra = 429 with "
                 "Retry-After")
      ->capture_default_str();
  app.add_option(
         "--cdn",
         raw.cdn,
         "For how long an identical Gamma URL is answered from a cache, such as 300s, as at the "
         "real one, or seconds; 0: never")
      ->capture_default_str();
  app.add_option("--latency",
                 raw.latency,
                 "What every response takes at least, such as 20ms, or milliseconds")
      ->capture_default_str();
}

void AddFlags(CLI::App& app, SimulatorOptions& options, RawOptions& raw) {
  app.add_option("--listen", raw.listen, "ADDRESS:PORT to serve on; port 0 lets the system choose")
      ->capture_default_str();
  app.add_option("--port-file", options.port_file, "File that receives the port once it is served");
  AddWorldFlags(app, options, raw);
  AddChainFlags(app, options, raw);
  AddTrafficFlags(app, raw);
  app.add_option(
      "--truth", options.truth, "File that receives what was really served, on SIGTERM or SIGINT");
  app.add_flag(
      "--log-requests", options.server.log_requests, "One line per request on standard error");
}

Status Understand(const RawOptions& raw, const CLI::App& app, SimulatorOptions& options) {
  if (Status status = ReadListen(raw.listen, options.server); !status) return status;
  if (Status status = ReadDuration("--tick", raw.tick, kLongestTick, options.tick); !status) {
    return status;
  }
  if (app.count("--events") > 0) options.events = raw.events;
  Result<FaultPlan> faults = FaultPlan::Parse(raw.fault, options.seed);
  if (!faults) return faults.error();
  options.faults = *std::move(faults);
  Result<Drift> drift = Drift::Parse(raw.drift);
  if (!drift) return drift.error();
  options.drift = *std::move(drift);
  return Ok();
}

Status UnderstandTraffic(const RawOptions& raw, TrafficOptions& traffic) {
  Result<RateLimits> limits = ParseRateLimits(raw.rate_limit);
  if (!limits) return limits.error();
  traffic.rate_limits = *std::move(limits);
  const std::optional<RateMode> mode = FindRateMode(raw.rate_mode);
  if (!mode) {
    return ConfigError("--rate-mode must be delay, 429 or 429ra; it is \"" + raw.rate_mode + "\".");
  }
  traffic.rate_mode = *mode;
  std::chrono::milliseconds cdn{0};
  if (Status status = ReadDuration("--cdn", raw.cdn, kLongestCdn, cdn); !status) return status;
  traffic.cdn = std::chrono::ceil<std::chrono::seconds>(cdn);
  return ReadDuration("--latency", raw.latency, kLongestLatency, traffic.latency);
}

/// Takes in one `N:spec`.
Status UnderstandEndpoint(const std::string& text, SimulatorOptions& options) {
  const std::size_t number =
      text.size() > 1 && text[1] == ':' ? static_cast<std::size_t>(text[0] - '0') : text.size();
  if (text.size() < 2 || text[1] != ':' || number >= RpcRoutes::kEndpoints) {
    return ConfigError(
        "--rpc-fault must be N:key=value with N from 0 to 9, as in 1:lag=5; it is "
        "\"" +
        text + "\".");
  }
  Result<EndpointSpec> spec = EndpointSpec::Parse(text.substr(2), options.seed + number);
  if (!spec) return spec.error();
  options.endpoints[number] = *std::move(spec);
  return Ok();
}

Status UnderstandChain(const RawOptions& raw, const CLI::App& app, SimulatorOptions& options) {
  options.chain.seed = options.seed;
  if (app.count("--fill-blocks") > 0) options.chain.fill_blocks = raw.fill_blocks;
  for (const std::string& text : raw.rpc_faults) {
    if (Status status = UnderstandEndpoint(text, options); !status) return status;
  }
  options.chain.has_timestamps = raw.block_timestamp == "on";
  return ReadDuration("--block-every", raw.block_every, kLongestBlock, options.block_every);
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
  CLI::App app(
      "A local Polymarket over a generated or a recorded world: the Gamma API, the order book's "
      "listing (/clob/markets), a chain that fills orders (/rpc) and its trades (/data/v2/trades). "
      "Its state is shown and changed under /simulator/.",
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
  Status status = Understand(raw, app, parsed.options);
  if (status) status = UnderstandTraffic(raw, parsed.options.traffic);
  if (status) status = UnderstandChain(raw, app, parsed.options);
  if (!status) {
    std::fprintf(stderr, "polyhouse-simulator: %s\n", status.error().message.c_str());
    parsed.exit_code = kUsageExit;
  }
  return parsed;
}

}  // namespace polyhouse
