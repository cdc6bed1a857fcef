#include "app/version.h"

#include <CLI/CLI.hpp>
#include <cstdio>

#include "app/commands/command.h"
#include "app/migration_files.h"
#include "codec/entry_codec.h"

namespace polyhouse {

void SetupVersion(CLI::App& app, RunCommand& run) {
  app.add_subcommand("version", "Print the version.")->callback([&run] {
    run = [](CommandContext&) {
      std::printf("polyhouse %s (payload format %d, %zu migrations)\n",
                  std::string(kVersion).c_str(),
                  kPayloadVersion,
                  MigrationFiles().size());
      return ExitCode::kDone;
    };
  });
}

}  // namespace polyhouse
