#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace polyhouse::engine {

/// What a thread, and every thread it makes, may still do with files once it is shut in.
struct LandlockRules {
  std::vector<std::string> own;       ///< Directories in which everything is allowed.
  std::vector<std::string> readable;  ///< Directories whose files may be read; missing ones count.
};

/// Shuts the calling thread in by Linux's Landlock: no file outside of the rules, no TCP connection
/// to anywhere, and where the kernel knows how, no abstract socket and no signal to others. Looking
/// whether a path exists (stat) stays possible. It cannot be undone. kConfig with the reason where
/// the kernel has no Landlock; nothing is shut then.
Status EnterLandlock(const LandlockRules& rules);

}  // namespace polyhouse::engine
