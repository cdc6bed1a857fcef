#include "config/units.h"

#include <array>
#include <charconv>
#include <span>

namespace polyhouse {
namespace {

struct UnitName {
  std::string_view name;
  std::uint64_t factor;
};

/// As they are written: the first that gives a whole number. Days are only read.
constexpr auto kDurations = std::to_array<UnitName>(
    {{"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}, {"d", 86'400'000}});
constexpr auto kSizes =
    std::to_array<UnitName>({{"GB", 1UL << 30U}, {"MB", 1UL << 20U}, {"KB", 1UL << 10U}, {"", 1}});

std::optional<std::uint64_t> ParseWithUnit(std::string_view text, std::span<const UnitName> units) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return {};
  const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
  for (const UnitName& known : units) {
    if (known.name == unit && number <= UINT64_MAX / 2 / known.factor) return number * known.factor;
  }
  return {};
}

std::string FormatWithUnit(std::uint64_t value, std::span<const UnitName> units) {
  for (const UnitName& unit : units) {
    if (value >= unit.factor && value % unit.factor == 0) {
      return std::to_string(value / unit.factor) + std::string(unit.name);
    }
  }
  return "0" + std::string(units.back().name);
}

}  // namespace

std::optional<std::uint64_t> ParseCount(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return {};
  return number;
}

std::optional<std::chrono::milliseconds> ParseDuration(std::string_view text) {
  if (text == "0") return std::chrono::milliseconds(0);
  const auto value = ParseWithUnit(text, kDurations);
  if (!value) return {};
  return std::chrono::milliseconds(*value);
}

std::optional<std::uint64_t> ParseBytes(std::string_view text) {
  return ParseWithUnit(text, kSizes);
}

std::string FormatDuration(std::chrono::milliseconds duration) {
  return FormatWithUnit(static_cast<std::uint64_t>(duration.count()), kDurations);
}

std::string FormatBytes(std::uint64_t bytes) {
  return FormatWithUnit(bytes, kSizes);
}

}  // namespace polyhouse
