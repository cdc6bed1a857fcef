#include "domain/decimal_text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
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

bool DecimalText::IsZero() const {
  const auto mantissa = std::string_view(text).substr(0, text.find_first_of("eE"));
  return !mantissa.empty() && mantissa.find_first_of("123456789") == std::string_view::npos;
}

bool DecimalText::IsOne() const {
  const std::string_view whole(text);
  const auto mantissa = whole.substr(0, whole.find_first_of("eE"));
  // A single digit that is not zero, and it is a one.
  const auto one = mantissa.find_first_of("123456789");
  if (one == std::string_view::npos || one != mantissa.find_last_of("123456789")) return false;
  if (mantissa[one] != '1' || mantissa.starts_with('-')) return false;
  std::int64_t exponent = 0;
  if (mantissa.size() < whole.size()) {
    auto digits = whole.substr(mantissa.size() + 1);
    if (digits.starts_with('+')) digits.remove_prefix(1);
    const auto* const end = digits.data() + digits.size();
    const auto read = std::from_chars(digits.data(), end, exponent);
    if (read.ec != std::errc{} || read.ptr != end) return false;
  }
  // How far the digit stands before the point.
  const auto point = std::min(mantissa.find('.'), mantissa.size());
  const auto place = static_cast<std::int64_t>(point) - static_cast<std::int64_t>(one);
  return exponent == (place > 0 ? 1 - place : -place);
}

std::optional<DecimalText> ParseDecimal(std::string_view text) {
  if (!IsJsonNumber(text) || !ToFiniteDouble(text)) return {};
  return DecimalText{std::string(text)};
}

}  // namespace polyhouse
