#include <cstdio>

#include "app/commands/command.h"
#include "app/dashboard/dashboard.h"

namespace polyhouse {
namespace {

constexpr std::chrono::milliseconds kLookAround{100};

Status Serve(CommandContext& context) {
  if (context.config().listen.empty()) {
    return ConfigError("listen is empty: give the address to serve on, such as 127.0.0.1:8000.");
  }
  const auto dir = OpenDataDir(context.config(), DataDirUse::kLook);
  if (!dir) return dir.error();
  const Environment environment{context.config(), *dir, context.events, context.clock};
  const auto page = Dashboard::Start(environment);
  if (!page) return page.error();
  std::fprintf(stderr,
               "The page, /status, /metrics, /healthz and /readyz are on %s\n",
               (*page)->url().c_str());
  const auto stop = context.signals.stop_token();
  while (!stop.stop_requested()) context.clock.SleepFor(kLookAround, stop);
  return Ok();
}

}  // namespace

Command ServeCommand() {
  return {
      .name = "serve",
      .help = "Show the page, with health, status and metrics, on --listen.",
      .group = kRoles,
      .example = "polyhouse serve --listen 127.0.0.1:8000",
      .settings = {"listen", "listen_token", "data_dir", "redis_url", "clickhouse_url"},
      .run =
          [](CommandContext& context) {
            context.KeepQuiet();
            if (const Status status = Serve(context); !status) return Fail(status.error());
            return context.signals.interrupted() ? ExitCode::kInterrupted : ExitCode::kDone;
          },
  };
}

}  // namespace polyhouse
