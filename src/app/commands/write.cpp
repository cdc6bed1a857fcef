#include <CLI/CLI.hpp>
#include <array>
#include <cstdio>

#include "app/commands/command.h"
#include "app/engine_access.h"
#include "app/role_threads.h"
#include "app/summary.h"

namespace polyhouse {
namespace {

struct WriteOptions {
  bool once = false;
};

Status Write(const WriteOptions& options, CommandContext& context) {
  const auto dir = DataDir::Open(context.config().data_dir);
  if (!dir) return dir.error();
  const auto lock = RoleLock::Take(*dir, "write");
  if (!lock) return lock.error();
  const auto stop = context.signals.stop_token();
  EngineAccess tables(context.config(), *dir, context.events, context.clock);
  if (auto status = tables.Open(stop); !status) return status;
  if (auto status = ApplyMigrations(context, *dir); !status) return status;

  const Environment environment{context.config(), *dir, context.events, context.clock};
  std::stop_source drain;
  if (options.once) drain.request_stop();
  std::vector<std::unique_ptr<WriterRole>> writers;
  RoleThreads threads(context.events);
  for (const ListingKind kind : {ListingKind::kMarkets, ListingKind::kEvents}) {
    auto writer = WriterRole::Make(kind, environment);
    if (!writer) return std::move(writer).error();
    writers.push_back(std::move(*writer));
  }
  for (const auto& writer : writers) {
    threads.Add("write", [&writer, stop, &drain] { return writer->Run(stop, drain.get_token()); });
  }
  threads.Join();
  if (auto error = threads.failure()) return *error;
  return Ok();
}

ExitCode RunWrite(const WriteOptions& options, CommandContext& context) {
  const auto started = SteadyNow();
  if (const Status status = Write(options, context); !status) return Fail(status.error());
  const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(SteadyNow() - started);
  std::fputs(Summary(context.events.Snapshot(), elapsed).c_str(), stderr);
  return context.signals.interrupted() ? ExitCode::kInterrupted : ExitCode::kDone;
}

}  // namespace

void SetupWrite(CLI::App& app, RunCommand& run) {
  auto options = std::make_shared<WriteOptions>();
  auto* command = app.add_subcommand("write", "Write what is in the streams into the tables.");
  command->add_flag("--once", options->once, "Exit when the streams are empty.");
  command->callback([options, &run] {
    run = [options](CommandContext& context) { return RunWrite(*options, context); };
  });
}

}  // namespace polyhouse
