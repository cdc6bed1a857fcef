#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace polyhouse {

/// A time that was typed behind `flag`: a date, a time, or how long ago ("7d"). kConfig, in words
/// for a person, when it is none, or lies where the tables have no times.
Result<Timestamp> ReadMoment(std::string_view flag, const std::string& text, Timestamp now);

}  // namespace polyhouse
