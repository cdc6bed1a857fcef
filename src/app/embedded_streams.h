#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/streams.h"

namespace polyhouse {

/// Streams in the data directory's file. Takes the locks of `roles`: kConfig when another process
/// holds one.
Result<std::unique_ptr<Streams>> OpenEmbeddedStreams(const Environment& environment,
                                                     const std::vector<std::string>& roles);

}  // namespace polyhouse
