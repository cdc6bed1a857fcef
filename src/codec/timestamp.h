#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace polyhouse {

/// Reads every date format that the Gamma API was seen to send: "2026-03-11T09:29:01.328428Z" with
/// any number of fraction digits, "2026-05-28 05:29:05.547+00", "…+00:00:00", "2026-03-12", and
/// seconds or milliseconds since 1970 as digits; letters in any case. No zone means UTC. Fractions
/// below a millisecond are cut off. Empty for anything else, for dates that do not exist, and
/// outside the years 1900 to 2299 that a ClickHouse DateTime64 can hold.
std::optional<Timestamp> ParseApiTime(std::string_view text);

/// ISO 8601 in UTC with milliseconds: "2026-03-11T09:29:01.328Z".
std::string FormatTime(Timestamp time);

}  // namespace polyhouse
