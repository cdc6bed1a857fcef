#include "moment.h"

#include <array>
#include <charconv>
#include <cstdint>
#include <cstdio>

namespace polyhouse {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::minutes;
using std::chrono::seconds;

void AppendPadded(std::string& out, std::uint64_t value, std::size_t width) {
  std::array<char, 20> digits{};
  for (std::size_t i = width; i-- > 0; value /= 10) {
    digits[i] = static_cast<char>('0' + value % 10);
  }
  out.append(digits.data(), width);
}

std::uint64_t Count(auto duration) {
  return static_cast<std::uint64_t>(duration.count());
}

void AppendDate(std::string& out, std::chrono::sys_days day) {
  const std::chrono::year_month_day date(day);
  AppendPadded(out, static_cast<std::uint64_t>(static_cast<int>(date.year())), 4);
  out += '-';
  AppendPadded(out, static_cast<unsigned>(date.month()), 2);
  out += '-';
  AppendPadded(out, static_cast<unsigned>(date.day()), 2);
}

void AppendClock(std::string& out, microseconds of_day) {
  const std::chrono::hh_mm_ss clock(of_day);
  AppendPadded(out, Count(clock.hours()), 2);
  out += ':';
  AppendPadded(out, Count(clock.minutes()), 2);
  out += ':';
  AppendPadded(out, Count(clock.seconds()), 2);
  if (clock.subseconds() == microseconds(0)) return;
  out += '.';
  AppendPadded(out, Count(clock.subseconds()), 6);
  while (out.back() == '0') out.pop_back();
}

std::string Format(Moment moment, char separator, std::string_view zone) {
  const auto day = std::chrono::floor<days>(moment);
  std::string out;
  out.reserve(32);
  AppendDate(out, day);
  out += separator;
  AppendClock(out, moment - day);
  out += zone;
  return out;
}

/// Takes what is read off the front of the text it was given.
class MomentReader {
 public:
  explicit MomentReader(std::string_view text) : rest_(text) {}

  bool AtEnd() const { return rest_.empty(); }

  bool Take(char expected) {
    if (rest_.empty() || rest_.front() != expected) return false;
    rest_.remove_prefix(1);
    return true;
  }

  std::optional<int> Digits(std::size_t width) {
    if (rest_.size() < width) return std::nullopt;
    int value = 0;
    const char* end = rest_.data() + width;
    const auto [stop, error] = std::from_chars(rest_.data(), end, value);
    if (error != std::errc() || stop != end || value < 0) return std::nullopt;
    rest_.remove_prefix(width);
    return value;
  }

  /// The fraction after a point, to the microsecond; further digits are dropped.
  microseconds Fraction() {
    std::int64_t value = 0;
    std::int64_t unit = 100'000;
    for (; !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9'; rest_.remove_prefix(1)) {
      value += unit * (rest_.front() - '0');
      unit /= 10;
    }
    return microseconds(value);
  }

 private:
  std::string_view rest_;
};

std::optional<std::chrono::sys_days> ReadDate(MomentReader& reader) {
  const auto year = reader.Digits(4);
  if (!year || !reader.Take('-')) return std::nullopt;
  const auto month = reader.Digits(2);
  if (!month || !reader.Take('-')) return std::nullopt;
  const auto day = reader.Digits(2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date(std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day)));
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date);
}

std::optional<microseconds> ReadClock(MomentReader& reader) {
  const auto hour = reader.Digits(2);
  if (!hour || !reader.Take(':')) return std::nullopt;
  const auto minute = reader.Digits(2);
  if (!minute || !reader.Take(':')) return std::nullopt;
  const auto second = reader.Digits(2);
  if (!second || *hour > 24 || *minute > 59 || *second > 60) return std::nullopt;
  microseconds clock = hours(*hour) + minutes(*minute) + seconds(*second);
  if (reader.Take('.')) clock += reader.Fraction();
  return clock;
}

/// The offset from UTC: `Z`, `+00`, `+02:00`, `+00:00:00`, with a space before it or not; nothing
/// is UTC.
std::optional<microseconds> ReadOffset(MomentReader& reader) {
  reader.Take(' ');
  if (reader.AtEnd() || (reader.Take('Z') && reader.AtEnd())) return microseconds(0);
  const bool west = reader.Take('-');
  if (!west && !reader.Take('+')) return std::nullopt;
  const auto hour = reader.Digits(2);
  if (!hour) return std::nullopt;
  microseconds offset = hours(*hour);
  if (reader.Take(':')) offset += minutes(reader.Digits(2).value_or(0));
  if (reader.Take(':')) offset += seconds(reader.Digits(2).value_or(0));
  if (!reader.AtEnd()) return std::nullopt;
  return west ? -offset : offset;
}

}  // namespace

std::string FormatIso(Moment moment) {
  return Format(moment, 'T', "Z");
}

std::string FormatSpaced(Moment moment) {
  return Format(moment, ' ', "+00");
}

std::string FormatDate(Moment moment) {
  std::string out;
  AppendDate(out, std::chrono::floor<days>(moment));
  return out;
}

std::string FormatHttpDate(Moment moment) {
  static constexpr std::array kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array kMonths{
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<days>(moment);
  const std::chrono::year_month_day date(day);
  std::string out = kDays[std::chrono::weekday(day).c_encoding()];
  out += ", ";
  AppendPadded(out, static_cast<unsigned>(date.day()), 2);
  out += std::string(" ") + kMonths[static_cast<unsigned>(date.month()) - 1] + " ";
  AppendPadded(out, static_cast<std::uint64_t>(static_cast<int>(date.year())), 4);
  out += ' ';
  AppendClock(out, std::chrono::floor<seconds>(moment) - day);
  return out + " GMT";
}

std::optional<Moment> ParseMoment(std::string_view text) {
  MomentReader reader(text);
  const auto day = ReadDate(reader);
  if (!day) return std::nullopt;
  if (reader.AtEnd()) return Moment(*day);
  if (!reader.Take('T') && !reader.Take(' ')) return std::nullopt;
  const auto clock = ReadClock(reader);
  if (!clock) return std::nullopt;
  const auto offset = ReadOffset(reader);
  if (!offset) return std::nullopt;
  return Moment(*day) + *clock - *offset;
}

}  // namespace polyhouse
