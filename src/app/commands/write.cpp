#include <array>
#include <cstdio>

#include "app/commands/command.h"
#include "app/role_threads.h"
#include "app/summary.h"
#include "app/table_access.h"

namespace polyhouse {
namespace {

constexpr std::chrono::milliseconds kLookAround{100};

struct WriteOptions {
  bool once = false;
};

Status Write(const WriteOptions& options, CommandContext& context) {
  const auto dir = OpenDataDir(context.config(), DataDirUse::kMake);
  if (!dir) return dir.error();
  const Environment environment{context.config(), *dir, context.events, context.clock};
  const auto streams = Streams::Open(environment, {kWriteRole}, context.signals.stop_token());
  if (!streams) return streams.error();
  const auto stop = context.signals.stop_token();
  const auto tables = TableAccess::Open(environment, Patience::kForever, stop);
  if (!tables) return tables.error();
  if (auto status = (*tables)->Prepare(stop); !status) return status;

  // SIGTERM means: store what is in the streams, but not for ever; the rest waits there.
  std::stop_source drain;
  std::stop_source leave;
  if (options.once) drain.request_stop();
  RoleThreads threads(context.events);
  threads.Add(kWriteRole, [&] {
    return RunWriters(environment, **streams, leave.get_token(), drain.get_token());
  });
  std::optional<Error> failure;  // Of the engine.
  while (!stop.stop_requested() && !threads.WaitFor(kLookAround) && !threads.failure()) {
    failure = (*tables)->failure();
    if (failure) break;
  }
  if (failure) leave.request_stop();
  drain.request_stop();
  (void)threads.WaitFor(context.config().drain_time);
  leave.request_stop();
  threads.Join();
  if (failure) return *failure;
  if (auto error = threads.failure()) return *error;
  return Ok();
}

ExitCode RunWrite(const WriteOptions& options, CommandContext& context) {
  const auto started = SteadyNow();
  const Status status = Write(options, context);
  // Stopped while it waited for a server: nothing was begun.
  if (!status && status.error().kind != ErrorKind::kStopping) return Fail(status.error());
  const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(SteadyNow() - started);
  std::fputs(Summary(context.events.Snapshot(), elapsed).c_str(), stderr);
  return context.signals.interrupted() ? ExitCode::kInterrupted : ExitCode::kDone;
}

}  // namespace

Command WriteCommand() {
  const auto options = std::make_shared<WriteOptions>();
  return {
      .name = "write",
      .help = "Write what is in the streams into the tables.",
      .group = kRoles,
      .example = "polyhouse write --clickhouse-url http://127.0.0.1:8123",
      .settings = {"redis_url", "clickhouse_url", "clickhouse.", "writer."},
      .options = {{"--once", &options->once, "Exit when the streams are empty."}},
      .run = [options](CommandContext& context) { return RunWrite(*options, context); },
  };
}

}  // namespace polyhouse
