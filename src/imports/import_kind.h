#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace polyhouse {

/// A kind of rows that files hold. What their columns mean is in schema/0015_optional_imports.sql.
struct ImportKind {
  std::string_view name;    ///< "fills"
  std::string_view entry;   ///< The table that takes the rows as text.
  std::string_view target;  ///< Where rows are kept that the chain's own rows may yet replace.
  std::string_view chain;   ///< The chain's own rows. Both empty: there are no such rows.
  std::string_view time;    ///< Their columns of the time …
  std::string_view hash;    ///< … and the transaction's hash.
  /// What equal rows are equal in, in the names of `entry`. Empty: each row has an id of its own.
  std::vector<std::string_view> content;
  /// What a file must have, each under one of some names.
  std::vector<std::vector<std::string_view>> required;
  /// Further columns that say nothing that `content` does not say.
  std::vector<std::string_view> implied;

  std::string staged() const { return std::string(entry) + "_staged"; }
  /// Whether two rows of a file with these columns are equal only where their lines are.
  bool SaysNothingElse(std::span<const std::string> columns) const;
  /// The first name of each required column that is not among these.
  std::vector<std::string_view> Missing(std::span<const std::string> columns) const;
};

const ImportKind& ImportOfFills();
const ImportKind& ImportOfTrades();
const ImportKind& ImportOfMarkets();

}  // namespace polyhouse
