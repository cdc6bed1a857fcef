#pragma once

#include <cstddef>
#include <string_view>

namespace polyhouse::engine {

/// What a stretch of SQL text is, as far as we need to know.
enum class SqlTokenKind {
  kEnd,       ///< Nothing but space and comments to the end of the text.
  kWord,      ///< A bare word: keyword, name or number.
  kName,      ///< A quoted name, quotes included.
  kString,    ///< A string literal or here document, quotes included.
  kSymbol,    ///< One character of anything else.
  kUnclosed,  ///< A comment or quoted text that runs to the end of the text.
};

/// One token of SQL: `text` is text[begin, end).
struct SqlToken {
  SqlTokenKind kind = SqlTokenKind::kEnd;
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// The first token at or after `position`. It follows ClickHouse's own lexer (quotes with backslash
/// or doubling, nested comments, `--`, `//`, `# `, `#!`, here documents), because only with the
/// same tokens can the end of an INSERT statement be told from the beginning of its data.
SqlToken NextSqlToken(std::string_view sql, std::size_t position);

/// True when the token is this bare word, in any case. `word` is given in upper case.
bool IsSqlWord(std::string_view sql, const SqlToken& token, std::string_view word);

/// True when the token is this one character.
bool IsSqlSymbol(std::string_view sql, const SqlToken& token, char symbol);

/// The name a token spells: a bare word, or what stands between quotes; empty for anything else.
std::string_view SqlName(std::string_view sql, const SqlToken& token);

/// Follows brackets through a run of tokens.
class SqlDepth {
 public:
  /// Takes the token into account; true when it stands outside all brackets and is none itself.
  bool IsOutside(std::string_view sql, const SqlToken& token);

 private:
  std::size_t open_ = 0;
};

}  // namespace polyhouse::engine
