#include <cstdio>

#include "app/commands/command.h"
#include "app/process_roles.h"
#include "app/table_access.h"

namespace polyhouse {
namespace {

struct ProcessOptions {
  bool once = false;
};

Status Process(const ProcessorKind& kind, const ProcessOptions& options, CommandContext& context) {
  const auto dir = OpenDataDir(context.config(), DataDirUse::kMake);
  if (!dir) return dir.error();
  const Environment environment{context.config(), *dir, context.events, context.clock};
  const auto stop = context.signals.stop_token();
  const auto streams = Streams::Open(environment, {kind.role()}, stop);
  if (!streams) return streams.error();
  const auto tables = TableAccess::Open(environment, Patience::kForever, stop);
  if (!tables) return tables.error();
  if (auto status = (*tables)->Prepare(stop); !status) return status;

  // What is read is finished at a stop; the rest waits in the stream.
  std::stop_source drain;
  if (options.once) drain.request_stop();
  return RunProcessor(kind, environment, **streams, stop, drain.get_token());
}

ExitCode RunProcess(const ProcessorKind& kind,
                    const ProcessOptions& options,
                    CommandContext& context) {
  const Status status = Process(kind, options, context);
  // Stopped while it waited for a server: nothing was begun.
  if (!status && status.error().kind != ErrorKind::kStopping) return Fail(status.error());
  std::fprintf(stderr, "%s.\n", kind.doing(context.events.Snapshot()).c_str());
  return EndOfRole(options.once, context);
}

}  // namespace

Command ProcessCommand() {
  const auto options = std::make_shared<ProcessOptions>();
  Command command{
      .name = "process",
      .help = "Make one stream of others.",
      .group = kRoles,
      .example = "polyhouse process trades --redis-url redis://127.0.0.1:6379",
      .settings = {"redis_url", "clickhouse_url", "rpc_url", "process.", "writer.consumer"}};
  for (const ProcessorKind* kind : ProcessorKinds()) {
    command.subcommands.push_back(
        {.name = kind->name,
         .help = kind->help,
         .options = {{"--once", &options->once, "Exit when nothing is left to do."}},
         .run = [options, kind](CommandContext& context) {
           return RunProcess(*kind, *options, context);
         }});
  }
  return command;
}

}  // namespace polyhouse
