#pragma once

#include <chrono>
#include <string>

#include "app/doctor/checkup.h"
#include "config/load.h"

namespace polyhouse {

// What the machine gives to this process. Nothing is made, written or changed.

/// The data directory, or the place where it would be made: owner, permissions, room, locks. And
/// the archive.
Checkups CheckDataDir(const Config& config);

/// Memory and open files.
Checkups CheckLimits(const Config& config);

/// Whether the engine's library can be loaded, which is tried in a process of its own. Call it
/// before there are threads that could hold what that process needs.
Checkup CheckLibrary(const Config& config, std::chrono::milliseconds patience);

/// The addresses to be listened on: free, or held by our own.
Checkups CheckPorts(const LoadedConfig& settings);

}  // namespace polyhouse
