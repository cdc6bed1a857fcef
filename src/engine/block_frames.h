#pragma once

#include <memory>

#include "engine/body_decoder.h"
#include "engine/body_encoder.h"

namespace polyhouse::engine {

// ClickHouse's own framing of compressed bytes, asked for by compress=1 and decompress=1 in the
// URL. A block is: CityHash128 of what follows (16 bytes), the method (1 byte), the length of the
// block from the method on (4 bytes, little endian), the length of the plain bytes (4 bytes), and
// the compressed bytes. (src/Compression/CompressedReadBufferBase.cpp, CompressionInfo.h)

/// Reads blocks of LZ4, ZSTD and plain bytes. Damaged blocks are refused before anything is
/// decompressed; so are blocks of more than 64 MiB, where ClickHouse allows 1 GiB and writes 1 MiB.
std::unique_ptr<BodyDecoder> MakeBlockDecoder();

/// Writes LZ4 blocks of up to 1 MiB of plain bytes.
std::unique_ptr<BodyEncoder> MakeBlockEncoder();

}  // namespace polyhouse::engine
