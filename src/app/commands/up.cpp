#include <cstdio>

#include "app/commands/command.h"
#include "app/dashboard/dashboard.h"
#include "app/pipeline.h"
#include "app/summary.h"
#include "app/table_access.h"

namespace polyhouse {
namespace {

using std::chrono::milliseconds;

struct UpOptions {
  bool once = false;
};

Status Up(const UpOptions& options, CommandContext& context) {
  if (auto status = CheckSqlListen(context.config()); !status) return status;
  const auto dir = OpenDataDir(context.config(), DataDirUse::kMake);
  if (!dir) return dir.error();
  const Environment environment{context.config(), *dir, context.events, context.clock};
  std::unique_ptr<Dashboard> page;
  const auto serve = [&] {
    if (options.once || context.config().listen.empty()) return;
    auto started = Dashboard::Start(environment);
    if (!started) return context.events.PageNotServed("listen", started.error());
    page = std::move(*started);
    context.events.PageServed(page->url());
  };
  return RunPipeline({.mode = options.once ? RunMode::kOnce : RunMode::kForever,
                      .trades = true,
                      .on_started = serve},
                     environment,
                     context.log,
                     context.signals.stop_token());
}

ExitCode RunUp(const UpOptions& options, CommandContext& context) {
  const auto started = SteadyNow();
  const Status status = Up(options, context);
  const bool stopped = context.signals.stop_token().stop_requested();
  if (!status && !(stopped && status.error().kind == ErrorKind::kStopping))
    return Fail(status.error());
  const auto elapsed = std::chrono::duration_cast<milliseconds>(SteadyNow() - started);
  std::fputs(Summary(context.events.Snapshot(), elapsed).c_str(), stderr);
  return EndOfRole(options.once, context);
}

}  // namespace

Command UpCommand() {
  const auto options = std::make_shared<UpOptions>();
  return {
      .name = "up",
      .help = "Run everything: read markets, events and fills, write them into the tables.",
      .group = kDaily,
      .example = "polyhouse up --once",
      .settings = {"data_dir",
                   "gamma_url",
                   "listen",
                   "sql_listen",
                   "markets.",
                   "events.",
                   "engine.memory",
                   "rpc_url",
                   "fills.",
                   "addresses."},
      .options = {{"--once",
                   &options->once,
                   "Read everything to its end, store it, print a summary, exit."}},
      .run = [options](CommandContext& context) { return RunUp(*options, context); },
  };
}

}  // namespace polyhouse
