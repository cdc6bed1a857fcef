#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace polyhouse {

/// One zstd frame with a checksum. Empty when there is no memory for it.
std::string CompressFrame(std::string_view body);

/// The reverse. kMalformed when it is no whole frame of exactly this much.
Result<std::string> DecompressFrame(std::string_view frame, std::uint64_t body_length);

/// XXH3 of a body, as in the index.
std::uint64_t BodyHash(std::string_view body);

}  // namespace polyhouse
