#include "codec/timestamp.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace polyhouse {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

/// Consumes a text from the left; every step says whether it matched.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  bool AtEnd() const { return rest_.empty(); }

  /// A letter matches in either case, as in RFC 3339.
  bool TakeLetter(char upper) { return Take(upper) || Take(static_cast<char>(upper + 'a' - 'A')); }

  bool Take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  /// Exactly `width` digits.
  std::optional<int> Digits(std::size_t width) {
    if (rest_.size() < width) return {};
    int value = 0;
    for (char c : rest_.substr(0, width)) {
      if (c < '0' || c > '9') return {};
      value = value * 10 + (c - '0');
    }
    rest_.remove_prefix(width);
    return value;
  }

  /// All digits that follow, as thousandths of what stands before them; no digit gives nothing.
  std::optional<milliseconds> Fraction() {
    int value = 0;
    std::size_t digits = 0;
    for (; digits < rest_.size() && rest_[digits] >= '0' && rest_[digits] <= '9'; ++digits) {
      if (digits < 3) value = value * 10 + (rest_[digits] - '0');
    }
    if (digits == 0) return {};
    rest_.remove_prefix(digits);
    for (std::size_t i = digits; i < 3; ++i) value *= 10;
    return milliseconds(value);
  }

 private:
  std::string_view rest_;
};

std::optional<Timestamp> ScanDate(Scanner& in) {
  const auto year = in.Digits(4);
  if (!year || !in.Take('-')) return {};
  const auto month = in.Digits(2);
  if (!month || !in.Take('-')) return {};
  const auto day = in.Digits(2);
  if (!day) return {};
  const std::chrono::year_month_day date(std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day)));
  if (!date.ok()) return {};
  return Timestamp(std::chrono::sys_days(date));
}

std::optional<milliseconds> ScanTimeOfDay(Scanner& in) {
  const auto hour = in.Digits(2);
  if (!hour || *hour > 23 || !in.Take(':')) return {};
  const auto minute = in.Digits(2);
  if (!minute || *minute > 59) return {};
  milliseconds time = hours(*hour) + minutes(*minute);
  if (!in.Take(':')) return time;
  const auto second = in.Digits(2);
  // A leap second, which no clock of ours has, is the second after it.
  const int last = *minute == 59 ? 60 : 59;
  if (!second || *second > last) return {};
  time += seconds(*second);
  if (!in.Take('.')) return time;
  const auto fraction = in.Fraction();
  if (!fraction) return {};
  return time + *fraction;
}

/// "", "Z", "+00", "+0000", "+00:00" or "+00:00:00": what to subtract to get UTC.
std::optional<milliseconds> ScanZone(Scanner& in) {
  if (in.AtEnd() || in.TakeLetter('Z')) return milliseconds(0);
  const bool east = in.Take('+');
  if (!east && !in.Take('-')) return {};
  const std::array<milliseconds, 3> units = {hours(1), minutes(1), seconds(1)};
  milliseconds offset(0);
  for (std::size_t i = 0; i < units.size(); ++i) {
    if (i > 0 && in.AtEnd()) break;
    if (i > 0) in.Take(':');
    const auto part = in.Digits(2);
    if (!part || *part > (i == 0 ? 23 : 59)) return {};
    offset += *part * units[i];
  }
  return east ? offset : -offset;
}

std::optional<Timestamp> ParseEpoch(std::string_view text) {
  if (text.size() != 10 && text.size() != 13) return {};
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < 0) return {};
  if (text.size() == 10) return Timestamp(seconds(value));
  return Timestamp(milliseconds(value));
}

std::optional<Timestamp> IfInRange(Timestamp time) {
  if (time < kFirstTime || time >= kEndOfTime) return {};
  return time;
}

void AppendPadded(std::string& out, std::int64_t value, std::size_t width) {
  const std::string digits = std::to_string(value);
  out.append(width - std::min(width, digits.size()), '0').append(digits);
}

}  // namespace

std::optional<Timestamp> ParseApiTime(std::string_view text) {
  if (const auto epoch = ParseEpoch(text)) return epoch;
  Scanner in(text);
  const auto date = ScanDate(in);
  if (!date) return {};
  if (in.AtEnd()) return IfInRange(*date);
  if (!in.TakeLetter('T') && !in.Take(' ')) return {};
  const auto time = ScanTimeOfDay(in);
  if (!time) return {};
  const auto zone = ScanZone(in);
  if (!zone || !in.AtEnd()) return {};
  return IfInRange(*date + *time - *zone);
}

std::string FormatTime(Timestamp time) {
  const auto day = std::chrono::floor<days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  std::string out;
  out.reserve(24);
  AppendPadded(out, static_cast<int>(date.year()), 4);
  AppendPadded(out += '-', static_cast<unsigned>(date.month()), 2);
  AppendPadded(out += '-', static_cast<unsigned>(date.day()), 2);
  AppendPadded(out += 'T', clock.hours().count(), 2);
  AppendPadded(out += ':', clock.minutes().count(), 2);
  AppendPadded(out += ':', clock.seconds().count(), 2);
  AppendPadded(out += '.', clock.subseconds().count(), 3);
  return out += 'Z';
}

}  // namespace polyhouse
