#include "app/moment.h"

#include "base/one_line.h"
#include "codec/timestamp.h"
#include "config/units.h"

namespace polyhouse {

Result<Timestamp> ReadMoment(std::string_view flag, const std::string& text, Timestamp now) {
  const auto age = ParseDuration(text);
  // Compared as lengths: a time so long ago may not be a number.
  if (age && *age <= now - kFirstTime) return now - *age;
  const auto time = ParseApiTime(text);
  if (time && !age) return *time;
  return ConfigError(std::string(flag) + " " + OneLine(text) +
                     " is no date such as 2026-04-28, no time such as 2026-04-28T12:00:00Z, and no "
                     "time ago such as 24h or 7d, from 1900 on");
}

}  // namespace polyhouse
