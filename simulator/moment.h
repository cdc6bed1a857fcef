#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace polyhouse {

/// A UTC time with the precision the API shows: microseconds.
using Moment = std::chrono::sys_time<std::chrono::microseconds>;

/// `2026-03-11T09:29:01.328428Z`: as many fraction digits as needed, none for a whole second.
std::string FormatIso(Moment moment);

/// `2020-11-02 16:31:01+00`, with a fraction when there is one.
std::string FormatSpaced(Moment moment);

/// `2026-03-12`.
std::string FormatDate(Moment moment);

/// `Sun, 01 Nov 2026 00:00:01 GMT`, as HTTP headers have it.
std::string FormatHttpDate(Moment moment);

/// Reads every form above but the HTTP one, with any number of fraction digits, and offsets such as
/// `+02:00`; a date alone is its midnight. Empty when `text` is none of them.
std::optional<Moment> ParseMoment(std::string_view text);

}  // namespace polyhouse
