#include <CLI/CLI.hpp>
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

void SetupListing(CLI::App& ingest, const IngestedListing& listing, RunCommand& run) {
  const std::string name(listing.names().ingester);
  auto options = std::make_shared<IngestOptions>();
  auto* command = ingest.add_subcommand(name, "Read the listing of " + name + " into its stream.");
  command->add_flag("--once", options->once, "Read the listing to its end and exit.");
  command->fallthrough();
  command->callback([&listing, options, &run] {
    run = [&listing, options](CommandContext& context) {
      return RunIngest(listing, *options, context);
    };
  });
}

}  // namespace

void SetupIngest(CLI::App& app, RunCommand& run) {
  auto* command = app.add_subcommand("ingest", "Run one ingester alone.");
  for (const IngestedListing* listing : IngestedListings()) SetupListing(*command, *listing, run);
}

}  // namespace polyhouse
