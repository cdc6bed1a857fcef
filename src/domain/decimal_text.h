#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace polyhouse {

/// A decimal number exactly as the source wrote it, such as "14405063.424337989". Default: "0".
/// Empty: it stands in a list in the place of one that nobody knows.
struct DecimalText {
  std::string text = "0";

  /// The nearest double, for columns of type Float64; NaN when empty.
  double ToDouble() const;

  /// Exactly, however it is written ("1.00", "10e-1"): the nearest double of a near miss is the
  /// same. An empty one is neither.
  bool IsZero() const;
  bool IsOne() const;

  /// Of the text.
  bool operator==(const DecimalText&) const = default;
};

/// Takes a JSON number (RFC 8259: sign, digits, fraction, exponent; a leading "+" or "." is not
/// one) that a finite double can hold; empty for anything else.
std::optional<DecimalText> ParseDecimal(std::string_view text);

}  // namespace polyhouse
