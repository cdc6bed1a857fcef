#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "world.h"

namespace polyhouse {

/// A world of recorded API responses: every distinct market and event of DIR/gamma_markets/*.json
/// and DIR/gamma_events/*.json, served byte for byte. Markets recorded only inside an event are
/// served too, with the event as their parent. A directory with an archive (docs/archive.md) will
/// do as well. It does not move. kConfig when there is nothing to serve or a file is no JSON.
Result<std::unique_ptr<World>> OpenRecordedWorld(const std::string& directory);

}  // namespace polyhouse
