#include "answers/answer_table.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <functional>
#include <iterator>
#include <numeric>
#include <optional>

#include "base/one_line.h"
#include "checks/table_answer.h"

namespace polyhouse {
namespace {

enum class ColumnKind { kDollars, kCents, kPercent, kDays, kHours, kText, kNumber };

constexpr std::array<std::string_view, 3> kDollarNames = {"usd", "cash", "payouts"};
constexpr std::array<std::string_view, 6> kCentNames = {
    "open", "high", "low", "close", "best_bid", "best_ask"};
constexpr std::array<std::string_view, 11> kTextNames = {"question",
                                                         "wallet",
                                                         "wallet_a",
                                                         "wallet_b",
                                                         "maker",
                                                         "outcome",
                                                         "tag",
                                                         "category",
                                                         "event",
                                                         "winner",
                                                         "generation"};
/// Longer texts are cut.
constexpr std::size_t kWidest = 60;

template <std::size_t N>
bool IsOneOf(std::string_view name, const std::array<std::string_view, N>& names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

ColumnKind KindOf(std::string_view column) {
  if (IsOneOf(column, kTextNames)) return ColumnKind::kText;
  if (IsOneOf(column, kDollarNames) || column.ends_with("_usd")) return ColumnKind::kDollars;
  if (IsOneOf(column, kCentNames) || column.ends_with("price") || column.starts_with("price_")) {
    return ColumnKind::kCents;
  }
  if (column.ends_with("_share")) return ColumnKind::kPercent;
  if (column.ends_with("_days")) return ColumnKind::kDays;
  if (column.ends_with("_hours")) return ColumnKind::kHours;
  return ColumnKind::kNumber;
}

std::optional<double> NumberOf(std::string_view text) {
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return {};
  return number;
}

std::string Printed(const char* format, double number) {
  std::array<char, 400> text{};
  std::snprintf(text.data(), text.size(), format, number);
  return text.data();
}

/// "950", "12.5K", "1.2M": three digits that matter.
std::string Short(double number, const char* small) {
  struct Unit {
    double size;
    const char* letter;
  };
  constexpr std::array kUnits = {Unit{1e12, "T"}, Unit{1e9, "B"}, Unit{1e6, "M"}, Unit{1e3, "K"}};
  const double size = std::abs(number);
  // What would be rounded up to the next unit is written in it.
  for (const Unit& unit : kUnits) {
    if (size < unit.size * 0.9995 || size < 9'999.5) continue;
    return Printed("%.1f", number / unit.size) + unit.letter;
  }
  return Printed(size == std::floor(size) ? "%.0f" : small, number);
}

std::string Dollars(double number) {
  const std::string amount = Short(std::abs(number), "%.2f");
  // What is rounded to nothing has no sign.
  const bool is_nothing = amount.find_first_not_of("0.") == std::string::npos;
  return (number < 0 && !is_nothing ? "-$" : "$") + amount;
}

/// "-9 h", "156.9 days"
std::string HowLong(double hours) {
  const auto printed = [](double number) {
    return Printed(number == std::floor(number) ? "%.0f" : "%.1f", number);
  };
  return std::abs(hours) < 48 ? printed(hours) + " h" : printed(hours / 24) + " days";
}

bool IsTime(std::string_view text) {
  return text.size() >= 19 && text[4] == '-' && text[7] == '-' && text[10] == ' ' &&
         text[13] == ':' && text[16] == ':';
}

/// "2026-06-01 10:00:00.123", UTC, as this machine's clock on the wall shows it.
std::string LocalTime(std::string_view text) {
  const std::string copy(text.substr(0, 19));
  std::tm moment{};
  if (strptime(copy.c_str(), "%Y-%m-%d %H:%M:%S", &moment) == nullptr) return std::string(text);
  const std::time_t seconds = timegm(&moment);
  std::tm local{};
  localtime_r(&seconds, &local);
  std::array<char, 64> shown{};
  std::strftime(shown.data(), shown.size(), "%Y-%m-%d %H:%M:%S", &local);
  return shown.data();
}

/// How many places on a screen a text takes: its characters.
std::size_t Width(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  }));
}

std::string Cut(std::string text) {
  if (Width(text) <= kWidest) return text;
  std::size_t end = 0;
  for (std::size_t seen = 0; end < text.size(); ++end) {
    const bool begins = (static_cast<unsigned char>(text[end]) & 0xC0U) != 0x80U;
    if (begins && ++seen == kWidest) break;
  }
  return text.substr(0, end) + "…";
}

std::string Padded(const std::string& text, std::size_t width, bool to_the_right) {
  const std::string space(width - std::min(width, Width(text)), ' ');
  return to_the_right ? space + text : text + space;
}

std::string OneForPeople(ColumnKind kind, std::string_view value) {
  if (IsTime(value)) return LocalTime(value);
  const auto number = NumberOf(value);
  if (!number) return Cut(OneLine(value));
  switch (kind) {
    case ColumnKind::kDollars:
      return Dollars(*number);
    case ColumnKind::kCents:
      return Printed("%.1f ¢", *number * 100);
    case ColumnKind::kPercent:
      return Printed("%.1f %%", *number * 100);
    case ColumnKind::kDays:
      return HowLong(*number * 24);
    case ColumnKind::kHours:
      return HowLong(*number);
    case ColumnKind::kText:
    case ColumnKind::kNumber:
      break;
  }
  return Short(*number, std::abs(*number) < 1 ? "%.4f" : "%.2f");
}

bool IsList(std::string_view value) {
  return value.size() >= 2 && value.front() == '[' && value.back() == ']';
}

/// "Yes / No" of "['Yes','No']", "$0 / $1" of "[0,1]".
std::string ListForPeople(ColumnKind kind, std::string_view value) {
  value = value.substr(1, value.size() - 2);
  if (value.empty()) return std::string(kNothing);
  const bool is_of_texts = value.size() >= 2 && value.front() == '\'' && value.back() == '\'';
  if (is_of_texts) value = value.substr(1, value.size() - 2);
  const std::string_view between = is_of_texts ? "','" : ",";
  std::string list;
  while (true) {
    const auto end = value.find(between);
    const auto one = value.substr(0, end);
    list += is_of_texts ? OneLine(one) : OneForPeople(kind, one);
    if (end == std::string_view::npos) return Cut(std::move(list));
    list += " / ";
    value.remove_prefix(end + between.size());
  }
}

using Cells = std::vector<std::vector<std::string>>;

Cells CellsOf(const NamedAnswer& answer) {
  Cells cells = {answer.columns};
  for (const auto& row : answer.rows) {
    auto& shown = cells.emplace_back();
    for (std::size_t i = 0; i < answer.columns.size() && i < row.size(); ++i) {
      shown.push_back(ForPeople(answer.columns[i], row[i]));
    }
    shown.resize(answer.columns.size());
  }
  return cells;
}

std::string WithoutEndSpaces(std::string line) {
  line.resize(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

}  // namespace

NamedAnswer ReadAnswer(std::string_view text) {
  auto lines = AnswerOf(text);
  NamedAnswer answer;
  if (lines.empty()) return answer;
  answer.columns = std::move(lines.front());
  answer.rows.assign(std::make_move_iterator(lines.begin() + 1),
                     std::make_move_iterator(lines.end()));
  return answer;
}

std::string ForPeople(std::string_view column, std::string_view value) {
  const ColumnKind kind = KindOf(column);
  if (kind == ColumnKind::kText) return Cut(OneLine(value));
  if (IsList(value)) return ListForPeople(kind, value);
  return value == "nan" ? std::string(kNothing) : OneForPeople(kind, value);
}

std::string TableForPeople(const NamedAnswer& answer) {
  if (answer.rows.empty()) return {};
  const Cells cells = CellsOf(answer);
  std::vector<std::size_t> widths(answer.columns.size());
  for (const auto& row : cells) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], Width(row[i]));
  }
  std::string text;
  if (answer.rows.size() == 1) {
    const std::size_t widest = std::transform_reduce(
        cells[0].begin(),
        cells[0].end(),
        std::size_t{0},
        [](auto a, auto b) { return std::max(a, b); },
        &Width);
    for (std::size_t i = 0; i < answer.columns.size(); ++i) {
      text += WithoutEndSpaces(Padded(cells[0][i], widest + 2, false) + cells[1][i]);
    }
    return text;
  }
  for (const auto& row : cells) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
      const bool is_text = KindOf(answer.columns[i]) == ColumnKind::kText;
      line += (i == 0 ? "" : "  ") + Padded(row[i], widths[i], !is_text);
    }
    text += WithoutEndSpaces(line);
  }
  return text;
}

}  // namespace polyhouse
