#include "app/commands/command.h"

#include <cstdio>

#include "app/engine_access.h"
#include "app/migrations.h"

namespace polyhouse {

ExitCode Fail(const Error& error) {
  std::fprintf(stderr, "polyhouse: %s\n", error.message.c_str());
  return ExitCodeOf(error);
}

Status ApplyMigrations(CommandContext& context, const DataDir& dir) {
  EngineAccess tables(context.config(), dir, context.events, context.clock);
  return Migrations(tables.client()).Apply(context.events, context.signals.stop_token());
}

}  // namespace polyhouse
