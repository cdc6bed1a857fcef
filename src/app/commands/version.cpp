#include "app/version.h"

#include <CLI/CLI.hpp>
#include <cstdio>

#include "app/commands/command.h"
#include "codec/entry_codec.h"
#include "schema/migration_files.h"

namespace polyhouse {

std::string VersionText() {
  return "polyhouse " + std::string(kVersion) + " (payload format " +
         std::to_string(kPayloadVersion) + ", " + std::to_string(MigrationFiles().size()) +
         " migrations)";
}

void SetupVersion(CLI::App& app, RunCommand& run) {
  app.add_subcommand("version", "Print the version.")->callback([&run] {
    run = [](CommandContext&) {
      std::puts(VersionText().c_str());
      return ExitCode::kDone;
    };
  });
}

}  // namespace polyhouse
