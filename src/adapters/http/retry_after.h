#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "base/clock.h"

namespace polyhouse {

/// The value of a Retry-After header (RFC 9110, 10.2.3): seconds, or an HTTP date, which is
/// compared with `now`; a date in the past is zero. Capped at an hour; empty for anything else.
std::optional<std::chrono::milliseconds> ParseRetryAfter(std::string_view value, Timestamp now);

/// An HTTP date, such as a Date header's; empty for anything else.
std::optional<Timestamp> ParseHttpDate(std::string_view value);

}  // namespace polyhouse
