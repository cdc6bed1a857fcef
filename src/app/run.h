#pragma once

#include "app/command_line.h"

namespace polyhouse {

/// Loads the settings, makes what every command needs, runs the chosen one.
ExitCode Run(const ParsedCommandLine& command_line);

}  // namespace polyhouse
