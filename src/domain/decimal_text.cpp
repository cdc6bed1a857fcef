#include "domain/decimal_text.h"

#include <charconv>
#include <cmath>

namespace polyhouse {
namespace {

std::optional<double> ToFiniteDouble(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  // A magnitude too small for a double is zero for every purpose of ours.
  if (error == std::errc::result_out_of_range && std::abs(value) < 1) return 0;
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return {};
  return value;
}

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

double DecimalText::ToDouble() const {
  return ToFiniteDouble(text).value_or(0);
}

std::optional<DecimalText> ParseDecimal(std::string_view text) {
  const std::string_view magnitude = text.substr(text.starts_with('-') ? 1 : 0);
  if (magnitude.empty() || !IsDigit(magnitude.front())) return {};
  if (!ToFiniteDouble(text)) return {};
  return DecimalText{std::string(text)};
}

}  // namespace polyhouse
