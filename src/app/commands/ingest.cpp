#include <cstdio>

#include "app/commands/command.h"
#include "app/progress.h"
#include "app/summary.h"

namespace polyhouse {
namespace {

struct IngestOptions {
  bool once = false;
};

Status Ingest(const IngestedListing& listing,
              const IngestOptions& options,
              CommandContext& context) {
  const auto dir = OpenDataDir(context.config(), DataDirUse::kMake);
  if (!dir) return dir.error();
  const Environment environment{context.config(), *dir, context.events, context.clock};
  const auto streams =
      Streams::Open(environment, {IngestRole(listing)}, context.signals.stop_token());
  if (!streams) return streams.error();
  const Progress progress(context.log, context.events);
  return RunIngester(listing,
                     options.once ? RunMode::kOnce : RunMode::kForever,
                     environment,
                     **streams,
                     context.signals.stop_token());
}

ExitCode RunIngest(const IngestedListing& listing,
                   const IngestOptions& options,
                   CommandContext& context) {
  const auto started = SteadyNow();
  const Status status = Ingest(listing, options, context);
  // Stopped while it waited for a server: nothing was begun.
  if (!status && status.error().kind != ErrorKind::kStopping) return Fail(status.error());
  const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(SteadyNow() - started);
  std::fputs(Summary(context.events.Snapshot(), elapsed).c_str(), stderr);
  return context.signals.interrupted() ? ExitCode::kInterrupted : ExitCode::kDone;
}

Command IngesterOf(const IngestedListing& listing) {
  const std::string name(listing.names().ingester);
  const auto options = std::make_shared<IngestOptions>();
  return {
      .name = name,
      .help = "Read the listing of " + name + " into its stream.",
      .options = {{"--once", &options->once, "Read the listing to its end and exit."}},
      .run = [&listing,
              options](CommandContext& context) { return RunIngest(listing, *options, context); },
  };
}

}  // namespace

Command IngestCommand() {
  Command command{
      .name = "ingest",
      .help = "Run one ingester alone.",
      .group = kRoles,
      .example = "polyhouse ingest markets --redis-url redis://127.0.0.1:6379",
      .settings = {"redis_url", "gamma_url", "markets.", "events.", "ingest.", "rate.", "archive."},
  };
  for (const IngestedListing* listing : IngestedListings()) {
    command.subcommands.push_back(IngesterOf(*listing));
  }
  return command;
}

}  // namespace polyhouse
