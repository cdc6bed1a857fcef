#include "engine/sql_token.h"

#include <algorithm>

namespace polyhouse::engine {
namespace {

constexpr auto kNowhere = std::string_view::npos;

bool IsWordLetter(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
         (letter >= '0' && letter <= '9') || letter == '_' || letter == '$';
}

char Upper(char letter) {
  return letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
}

/// The end of a comment whose first two characters stand at `position`; nowhere when it is not
/// closed.
std::size_t EndOfBlockComment(std::string_view sql, std::size_t position) {
  std::size_t nesting = 0;
  while (position + 1 < sql.size()) {
    const auto pair = sql.substr(position, 2);
    if (pair == "/*") ++nesting;
    if (pair == "*/") --nesting;
    position += pair == "/*" || pair == "*/" ? 2U : 1U;
    if (nesting == 0) return position;
  }
  return kNowhere;
}

bool StartsLineComment(std::string_view rest) {
  return rest.starts_with("--") || rest.starts_with("//") || rest.starts_with("# ") ||
         rest.starts_with("#!");
}

/// The end of the text quoted by the character at `begin`; nowhere when it is not closed.
std::size_t EndOfQuoted(std::string_view sql, std::size_t begin) {
  const char quote = sql[begin];
  for (std::size_t at = begin + 1; at < sql.size(); ++at) {
    if (sql[at] == '\\') {
      ++at;
    } else if (sql[at] == quote) {
      if (at + 1 >= sql.size() || sql[at + 1] != quote) return at + 1;
      ++at;
    }
  }
  return kNowhere;
}

/// The end of the here document ($tag$…$tag$) at `begin`; nowhere when none begins there.
std::size_t EndOfHereDocument(std::string_view sql, std::size_t begin) {
  const auto tag_end = sql.find('$', begin + 1);
  if (tag_end == kNowhere) return kNowhere;
  const auto tag = sql.substr(begin, tag_end + 1 - begin);
  const auto close = sql.find(tag, tag_end + 1);
  return close == kNowhere ? kNowhere : close + tag.size();
}

SqlToken Closed(SqlTokenKind kind, std::size_t begin, std::size_t end, std::size_t size) {
  if (end == kNowhere) return {SqlTokenKind::kUnclosed, begin, size};
  return {kind, begin, end};
}

}  // namespace

SqlToken NextSqlToken(std::string_view sql, std::size_t position) {
  while (position < sql.size()) {
    const char letter = sql[position];
    const auto rest = sql.substr(position);
    if (letter == ' ' || (letter >= '\t' && letter <= '\r')) {
      ++position;
    } else if (StartsLineComment(rest)) {
      position = std::min(sql.find('\n', position), sql.size());
    } else if (rest.starts_with("/*")) {
      const auto end = EndOfBlockComment(sql, position);
      if (end == kNowhere) return {SqlTokenKind::kUnclosed, position, sql.size()};
      position = end;
    } else {
      break;
    }
  }
  if (position >= sql.size()) return {SqlTokenKind::kEnd, sql.size(), sql.size()};
  const char letter = sql[position];
  if (letter == '\'') {
    return Closed(SqlTokenKind::kString, position, EndOfQuoted(sql, position), sql.size());
  }
  if (letter == '"' || letter == '`') {
    return Closed(SqlTokenKind::kName, position, EndOfQuoted(sql, position), sql.size());
  }
  if (letter == '$') {
    const auto end = EndOfHereDocument(sql, position);
    if (end != kNowhere) return {SqlTokenKind::kString, position, end};
  }
  if (!IsWordLetter(letter)) return {SqlTokenKind::kSymbol, position, position + 1};
  auto end = position;
  while (end < sql.size() && IsWordLetter(sql[end])) ++end;
  return {SqlTokenKind::kWord, position, end};
}

bool IsSqlWord(std::string_view sql, const SqlToken& token, std::string_view word) {
  if (token.kind != SqlTokenKind::kWord || token.end - token.begin != word.size()) return false;
  const auto text = sql.substr(token.begin, word.size());
  return std::equal(
      text.begin(), text.end(), word.begin(), [](char a, char b) { return Upper(a) == b; });
}

bool IsSqlSymbol(std::string_view sql, const SqlToken& token, char symbol) {
  return token.kind == SqlTokenKind::kSymbol && sql[token.begin] == symbol;
}

std::string_view SqlName(std::string_view sql, const SqlToken& token) {
  if (token.kind == SqlTokenKind::kWord) return sql.substr(token.begin, token.end - token.begin);
  if (token.kind != SqlTokenKind::kName) return {};
  return sql.substr(token.begin + 1, token.end - token.begin - 2);
}

bool SqlDepth::IsOutside(std::string_view sql, const SqlToken& token) {
  if (token.kind != SqlTokenKind::kSymbol) return open_ == 0;
  const char symbol = sql[token.begin];
  if (symbol == '(' || symbol == '[' || symbol == '{') {
    ++open_;
    return false;
  }
  if (symbol == ')' || symbol == ']' || symbol == '}') {
    if (open_ > 0) --open_;
    return false;
  }
  return open_ == 0;
}

}  // namespace polyhouse::engine
