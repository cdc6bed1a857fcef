#pragma once

#include <string>
#include <string_view>

namespace polyhouse::engine {

/// Compresses or decompresses a whole body by the libraries' own calls, so that the engine is not
/// tested against itself. `coding` is a Content-Encoding: gzip, deflate, zstd or lz4. What cannot
/// be decompressed gives "(damaged)".
std::string Compressed(const std::string& coding, std::string_view plain);
std::string Decompressed(const std::string& coding, std::string_view body);

/// The same for ClickHouse's own blocks.
std::string InBlocks(std::string_view plain);
std::string OutOfBlocks(std::string_view body);

}  // namespace polyhouse::engine
