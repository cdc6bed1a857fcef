#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "ports/presence_store.h"

namespace polyhouse {

/// Signs of life in embedded mode: one small file for each role in `directory`, replaced as a
/// whole. It holds the machine's monotonic time, so that a wall clock that is set makes nobody look
/// dead or alive; after a restart of the machine the signs of before are no signs.
/// Whoever leaves a sign removes those that are older than `kept`.
std::unique_ptr<PresenceStore> OpenPresenceFiles(std::string directory,
                                                 std::chrono::milliseconds kept = kPresenceKept);

}  // namespace polyhouse
