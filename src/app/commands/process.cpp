#include <cstdio>

#include "app/commands/command.h"
#include "app/table_access.h"
#include "app/trade_roles.h"

namespace polyhouse {
namespace {

struct ProcessOptions {
  bool once = false;
};

Status Process(const ProcessOptions& options, CommandContext& context) {
  const auto dir = OpenDataDir(context.config(), DataDirUse::kMake);
  if (!dir) return dir.error();
  const Environment environment{context.config(), *dir, context.events, context.clock};
  const auto stop = context.signals.stop_token();
  const auto streams = Streams::Open(environment, {kProcessTradesRole}, stop);
  if (!streams) return streams.error();
  const auto tables = TableAccess::Open(environment, Patience::kForever, stop);
  if (!tables) return tables.error();
  if (auto status = (*tables)->Prepare(stop); !status) return status;

  // What is read is finished at a stop; the rest waits in the stream.
  std::stop_source drain;
  if (options.once) drain.request_stop();
  return RunTradeProcessor(environment, **streams, stop, drain.get_token());
}

ExitCode RunProcess(const ProcessOptions& options, CommandContext& context) {
  const Status status = Process(options, context);
  // Stopped while it waited for a server: nothing was begun.
  if (!status && status.error().kind != ErrorKind::kStopping) return Fail(status.error());
  const auto counts = context.events.Snapshot().trades;
  std::fprintf(stderr,
               "%llu trades made, %llu completed when their market came.\n",
               static_cast<unsigned long long>(counts.trades),
               static_cast<unsigned long long>(counts.completed));
  return context.signals.interrupted() ? ExitCode::kInterrupted : ExitCode::kDone;
}

}  // namespace

Command ProcessCommand() {
  const auto options = std::make_shared<ProcessOptions>();
  return {
      .name = "process",
      .help = "Make one stream of another.",
      .group = kRoles,
      .example = "polyhouse process trades --redis-url redis://127.0.0.1:6379",
      .settings = {"redis_url", "clickhouse_url", "process.", "writer.consumer"},
      .subcommands = {{
          .name = "trades",
          .help = "Make trades of the fills in stream:order_events.",
          .options = {{"--once", &options->once, "Exit when the stream is empty."}},
          .run = [options](CommandContext& context) { return RunProcess(*options, context); },
      }},
  };
}

}  // namespace polyhouse
