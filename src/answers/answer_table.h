#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace polyhouse {

/// An answer as the database gives it, each column by its name.
struct NamedAnswer {
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;
};

/// What stands where there is nothing.
inline constexpr std::string_view kNothing = "–";

/// Reads a result in the format TabSeparatedWithNames, of which format_tsv_null_representation is
/// kNothing.
NamedAnswer ReadAnswer(std::string_view text);

/// A value for people, by the name of its column: "…_usd", cash and payouts are dollars ($1.2M),
/// prices are cents (41.3 ¢), "…_share" is per cent, "…_days" and "…_hours" are how long (9 h, 2.5
/// days); times are those of this machine's zone, lists have no brackets, other numbers are
/// shortened, and what is not there is "–".
std::string ForPeople(std::string_view column, std::string_view value);

/// The whole of it: a table, or of a single row one line for each column. Empty without rows.
std::string TableForPeople(const NamedAnswer& answer);

}  // namespace polyhouse
