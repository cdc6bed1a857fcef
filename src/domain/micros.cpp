#include "domain/micros.h"

#include "base/number_text.h"

namespace polyhouse {
namespace {

constexpr std::int64_t kUnit = 1'000'000;
constexpr std::size_t kDecimals = 6;
/// The first that takes more than 18 digits.
constexpr std::uint64_t kTooMany = 1'000'000'000'000'000'000U;

}  // namespace

std::optional<Micros> ToMicros(const Uint256& count) {
  const auto small = count.ToUint64();
  if (!small || *small >= kTooMany) return std::nullopt;
  return Micros{static_cast<std::int64_t>(*small)};
}

std::string ToText(Micros amount) {
  const std::string decimals = std::to_string(amount.count % kUnit);
  return std::to_string(amount.count / kUnit) + "." +
         std::string(kDecimals - decimals.size(), '0') + decimals;
}

std::optional<Micros> ParseMicros(std::string_view text) {
  const auto point = text.find('.');
  const auto whole = text.substr(0, point);
  std::string digits(whole);
  std::size_t decimals = 0;
  if (point != std::string_view::npos) {
    decimals = text.size() - point - 1;
    if (decimals == 0 || decimals > kDecimals) return std::nullopt;
    digits += text.substr(point + 1);
  }
  digits.append(kDecimals - decimals, '0');
  std::uint64_t count = 0;
  if (whole.empty() || !ReadNumber(digits, count) || count >= kTooMany) return std::nullopt;
  return Micros{static_cast<std::int64_t>(count)};
}

}  // namespace polyhouse
