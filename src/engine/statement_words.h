#pragma once

#include <string>
#include <string_view>

namespace polyhouse::engine {

/// What we need to know of a statement's text beyond the engine's own classification of it.
struct StatementWords {
  std::string format;          ///< The name behind FORMAT at the statement's end; empty: none.
  bool is_insert = false;      ///< Begins with INSERT.
  bool changes_shape = false;  ///< Asks for totals, extremes or an array of rows.
};

/// Looks through the tokens of one statement.
StatementWords ReadStatementWords(std::string_view sql);

}  // namespace polyhouse::engine
