#pragma once

#include <map>
#include <optional>
#include <string>

#include "app/commands/command.h"

namespace polyhouse {

/// What the arguments say: the settings given as flags, the file to read, and what to do.
struct ParsedCommandLine {
  std::map<std::string, std::string> flags;  ///< Setting key, text.
  std::string config_file;                   ///< Empty: not given.
  RunCommand run;
  bool takes_wrong_settings = false;  ///< Of the command.
};

/// Empty with an exit code when there is nothing to do: help was printed, or the usage is wrong and
/// the reason was.
struct CommandLineOutcome {
  std::optional<ParsedCommandLine> parsed;
  ExitCode exit_code = ExitCode::kDone;
};

CommandLineOutcome ParseCommandLine(int argc, char** argv);

}  // namespace polyhouse
