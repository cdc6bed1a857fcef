#include "app/version.h"

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

Command VersionCommand() {
  return {
      .name = "version",
      .help = "Print the version.",
      .group = kAboutIt,
      .example = "polyhouse version",
      .run =
          [](CommandContext&) {
            std::puts(VersionText().c_str());
            return ExitCode::kDone;
          },
  };
}

}  // namespace polyhouse
