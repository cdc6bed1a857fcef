#pragma once

#include <string>
#include <vector>

#include "app/doctor/checkup.h"
#include "app/environment.h"
#include "config/load.h"

namespace polyhouse {

/// Whether settings can be read, and work together.
Checkups CheckSettings(const LoadedConfig& settings,
                       const std::vector<std::string>& problems,
                       const Environment& environment);

/// Who can read the passwords in the file or on the command line.
Checkups CheckSecrets(const LoadedConfig& settings);

/// The passwords and keys in these settings; what must not be printed.
std::vector<std::string> SecretsOf(const Config& config);

}  // namespace polyhouse
