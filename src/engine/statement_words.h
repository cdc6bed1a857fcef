#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace polyhouse::engine {

/// What we need to know of a statement's text beyond the engine's own classification of it.
struct StatementWords {
  std::string format;  ///< The name behind FORMAT at the statement's end; empty: none.
  std::size_t format_at = std::string_view::npos;  ///< Where that clause begins.
  std::size_t end = 0;         ///< Where the statement ends: semicolons and comments may follow.
  bool is_insert = false;      ///< Begins with INSERT.
  bool has_outfile = false;    ///< Names a file for its result.
  bool changes_shape = false;  ///< Asks for totals, extremes or an array of rows.
};

/// Looks through the tokens of one statement.
StatementWords ReadStatementWords(std::string_view sql);

}  // namespace polyhouse::engine
