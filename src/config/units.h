#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace polyhouse {

/// Digits only.
std::optional<std::uint64_t> ParseCount(std::string_view text);
/// "500ms", "30s", "5m", "2h", "7d" or "0"; a unit is needed for anything else.
std::optional<std::chrono::milliseconds> ParseDuration(std::string_view text);
/// "4096", "64KB", "16MB", "4GB"; units are powers of 1024.
std::optional<std::uint64_t> ParseBytes(std::string_view text);

/// In the largest unit that gives a whole number; the reverse of the parsers.
std::string FormatDuration(std::chrono::milliseconds duration);
std::string FormatBytes(std::uint64_t bytes);

}  // namespace polyhouse
