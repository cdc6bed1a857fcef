#include <cstdio>

#include "app/commands/command.h"
#include "app/progress.h"
#include "app/summary.h"
#include "app/trade_roles.h"

namespace polyhouse {
namespace {

struct IngestOptions {
  bool once = false;
};

/// Plays the role of an ingester.
using PlayIngester =
    std::function<Status(RunMode, const Environment&, Streams&, const std::stop_token&)>;

Status Ingest(const std::string& role,
              const PlayIngester& play,
              const IngestOptions& options,
              CommandContext& context) {
  const auto dir = OpenDataDir(context.config(), DataDirUse::kMake);
  if (!dir) return dir.error();
  const Environment environment{context.config(), *dir, context.events, context.clock};
  const auto stop = context.signals.stop_token();
  const auto streams = Streams::Open(environment, {role}, stop);
  if (!streams) return streams.error();
  const Progress progress(context.log, context.events);
  return play(options.once ? RunMode::kOnce : RunMode::kForever, environment, **streams, stop);
}

ExitCode RunIngest(const std::string& role,
                   const PlayIngester& play,
                   const IngestOptions& options,
                   CommandContext& context) {
  const auto started = SteadyNow();
  const Status status = Ingest(role, play, options, context);
  // Stopped while it waited for a server: nothing was begun.
  if (!status && status.error().kind != ErrorKind::kStopping) return Fail(status.error());
  const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(SteadyNow() - started);
  std::fputs(Summary(context.events.Snapshot(), elapsed).c_str(), stderr);
  return EndOfRole(options.once, context);
}

Command IngesterOf(const IngestedListing& listing) {
  const std::string name(listing.names().ingester);
  const auto options = std::make_shared<IngestOptions>();
  return {
      .name = name,
      .help = "Read the listing of " + name + " into its stream.",
      .options = {{"--once", &options->once, "Read the listing to its end and exit."}},
      .run =
          [&listing, options](CommandContext& context) {
            const auto play = [&listing](RunMode mode,
                                         const Environment& environment,
                                         Streams& streams,
                                         const std::stop_token& stop) {
              return RunIngester(listing, mode, environment, streams, stop);
            };
            return RunIngest(IngestRole(listing), play, *options, context);
          },
  };
}

Command ChainIngesterCommand(const char* name,
                             const char* help,
                             const char* role,
                             const PlayIngester& play) {
  const auto options = std::make_shared<IngestOptions>();
  return {
      .name = name,
      .help = help,
      .options = {{"--once", &options->once, "Read up to the newest confirmed block and exit."}},
      .run = [options, role, play](
                 CommandContext& context) { return RunIngest(role, play, *options, context); },
  };
}

}  // namespace

Command IngestCommand() {
  Command command{
      .name = "ingest",
      .help = "Run one ingester alone.",
      .group = kRoles,
      .example = "polyhouse ingest markets --redis-url redis://127.0.0.1:6379",
      .settings = {"redis_url",
                   "gamma_url",
                   "markets.",
                   "events.",
                   "ingest.",
                   "rate.",
                   "archive.",
                   "rpc_url",
                   "fills."},
  };
  for (const IngestedListing* listing : IngestedListings()) {
    command.subcommands.push_back(IngesterOf(*listing));
  }
  command.subcommands.push_back(
      ChainIngesterCommand("fills",
                           "Read the fills of the exchanges from the chain into their stream.",
                           kFillsRole,
                           RunFillIngester));
  command.subcommands.push_back(
      ChainIngesterCommand("actions",
                           "Read what is done with tokens besides trades into its stream.",
                           kActionsRole,
                           RunActionIngester));
  return command;
}

}  // namespace polyhouse
