#include "engine/statement_words.h"

#include <algorithm>
#include <array>

#include "engine/sql_token.h"

namespace polyhouse::engine {
namespace {

constexpr std::array<std::string_view, 3> kShapeWords = {
    "TOTALS", "EXTREMES", "OUTPUT_FORMAT_JSON_ARRAY_OF_ROWS"};

}  // namespace

StatementWords ReadStatementWords(std::string_view sql) {
  StatementWords words;
  SqlDepth depth;
  std::size_t format_at = std::string_view::npos;  // Of the token before, if that is FORMAT.
  bool is_first = true;
  for (SqlToken token = NextSqlToken(sql, 0); token.kind != SqlTokenKind::kEnd;
       token = NextSqlToken(sql, token.end)) {
    const bool outside = depth.IsOutside(sql, token);
    const bool after_format = format_at != std::string_view::npos;
    if (const auto name = SqlName(sql, token); after_format && !name.empty()) {
      words.format = std::string(name);
      words.format_at = format_at;
    }
    // The clause stands last: of several that look like it, such as a column called format, the
    // last one is the clause.
    format_at = outside && IsSqlWord(sql, token, "FORMAT") ? token.begin : std::string_view::npos;
    words.has_outfile |= IsSqlWord(sql, token, "OUTFILE");
    if (!IsSqlSymbol(sql, token, ';')) words.end = token.end;
    if (is_first) words.is_insert = IsSqlWord(sql, token, "INSERT");
    is_first = is_first && IsSqlSymbol(sql, token, ';');
    words.changes_shape |= std::any_of(kShapeWords.begin(), kShapeWords.end(), [&](auto word) {
      return IsSqlWord(sql, token, word);
    });
  }
  return words;
}

}  // namespace polyhouse::engine
