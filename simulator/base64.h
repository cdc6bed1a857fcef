#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace polyhouse {

/// Standard base64 with padding, as the truth carries raw bytes.
std::string EncodeBase64(std::string_view bytes);

/// The URL-safe alphabet without padding, as cursors are written.
std::string EncodeBase64Url(std::string_view bytes);

/// The bytes of URL-safe base64; empty when `text` is not that.
std::optional<std::string> DecodeBase64Url(std::string_view text);

}  // namespace polyhouse
