#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace polyhouse {

/// The level of an archive's frames, chosen by measurement: docs/performance.md.
inline constexpr int kArchiveLevel = 1;

/// One zstd frame with a checksum. Empty when there is no memory for it.
std::string CompressFrame(std::string_view body, int level = kArchiveLevel);

/// The reverse. kMalformed when it is no whole frame of exactly this much.
Result<std::string> DecompressFrame(std::string_view frame, std::uint64_t body_length);

/// XXH3 of a body, as in the index.
std::uint64_t BodyHash(std::string_view body);

}  // namespace polyhouse
