#include <cstdio>

#include "app/commands/command.h"
#include "app/status_page.h"

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
  const auto page = StatusPage::Start(environment);
  if (!page) return page.error();
  std::fprintf(
      stderr, "Serving /, /status, /metrics, /healthz and /readyz on %s\n", (*page)->url().c_str());
  const auto stop = context.signals.stop_token();
  while (!stop.stop_requested()) context.clock.SleepFor(kLookAround, stop);
  return Ok();
}

}  // namespace

Command ServeCommand() {
  return {
      .name = "serve",
      .help = "Serve health and status over HTTP, on --listen.",
      .group = kRoles,
      .example = "polyhouse serve --listen 127.0.0.1:8000",
      .settings = {"listen", "redis_url"},
      .run =
          [](CommandContext& context) {
            context.KeepQuiet();
            if (const Status status = Serve(context); !status) return Fail(status.error());
            return context.signals.interrupted() ? ExitCode::kInterrupted : ExitCode::kDone;
          },
  };
}

}  // namespace polyhouse
