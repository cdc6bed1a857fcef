#include "domain/decimal_text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <string>

namespace polyhouse {
namespace {

std::optional<double> ToFiniteDouble(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc::result_out_of_range) {
    // Too large and too small look the same here; strtod tells them apart. Too small is zero for
    // every purpose of ours.
    value = std::strtod(std::string(text).c_str(), nullptr);
  } else if (error != std::errc{}) {
    return {};
  }
  if (end != text.data() + text.size() || !std::isfinite(value)) return {};
  return value;
}

std::size_t TakeDigits(std::string_view& text) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  text.remove_prefix(digits);
  return digits;
}

bool IsJsonNumber(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const bool leading_zero = text.starts_with('0');
  const std::size_t digits = TakeDigits(text);
  if (digits == 0 || (leading_zero && digits > 1)) return false;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    if (TakeDigits(text) == 0) return false;
  }
  if (text.starts_with('e') || text.starts_with('E')) {
    text.remove_prefix(1);
    if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
    if (TakeDigits(text) == 0) return false;
  }
  return text.empty();
}

}  // namespace

double DecimalText::ToDouble() const {
  if (text.empty()) return std::numeric_limits<double>::quiet_NaN();
  return ToFiniteDouble(text).value_or(0);
}

std::optional<DecimalText> ParseDecimal(std::string_view text) {
  if (!IsJsonNumber(text) || !ToFiniteDouble(text)) return {};
  return DecimalText{std::string(text)};
}

}  // namespace polyhouse
