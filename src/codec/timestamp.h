#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace polyhouse {

/// What a ClickHouse DateTime64 can hold: the years 1900 to 2299.
inline constexpr Timestamp kFirstTime = std::chrono::sys_days(std::chrono::year(1900) / 1 / 1);
inline constexpr Timestamp kEndOfTime = std::chrono::sys_days(std::chrono::year(2300) / 1 / 1);

/// Reads every date format that the Gamma API was seen to send: "2026-03-11T09:29:01.328428Z" with
/// any number of fraction digits, "2026-05-28 05:29:05.547+00", "…+00:00:00", "2026-03-12", and
/// seconds or milliseconds since 1970 as digits; letters in any case. No zone means UTC. Fractions
/// below a millisecond are cut off. Empty for anything else, for dates that do not exist, and
/// before kFirstTime or from kEndOfTime on.
std::optional<Timestamp> ParseApiTime(std::string_view text);

/// ISO 8601 in UTC with milliseconds: "2026-03-11T09:29:01.328Z".
std::string FormatTime(Timestamp time);

}  // namespace polyhouse
