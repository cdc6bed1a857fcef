#pragma once

#include <string_view>

#include "engine/engine_error.h"

namespace polyhouse::engine {

/// How the body of a request or an answer is compressed, by the names HTTP has for it.
enum class ContentCoding { kIdentity, kGzip, kDeflate, kZstd, kLz4 };

/// The coding that a Content-Encoding header names, in any case; empty and "identity" mean none.
/// Unknown names are refused in ClickHouse's words.
EngineResult<ContentCoding> ContentCodingNamed(std::string_view name);

/// The coding for an answer, out of those an Accept-Encoding header offers, in ClickHouse's order
/// of preference: zstd, lz4, gzip, deflate. As there, weights (";q=") are not looked at, but q=0
/// is.
ContentCoding PreferredCoding(std::string_view accept_encoding);

/// The name for the Content-Encoding header; empty for kIdentity.
std::string_view NameOf(ContentCoding coding);

}  // namespace polyhouse::engine
