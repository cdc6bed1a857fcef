#include "engine/insert_statement.h"

#include "engine/sql_token.h"

namespace polyhouse::engine {
namespace {

/// Reads tokens of a text that may still be arriving.
class Reader {
 public:
  Reader(std::string_view text, TextState state) : text_(text), state_(state) { Advance(); }

  const SqlToken& token() const { return token_; }
  std::string_view text() const { return text_; }
  bool Is(std::string_view word) const { return IsSqlWord(text_, token_, word); }
  bool Is(char symbol) const { return IsSqlSymbol(text_, token_, symbol); }
  void Advance() { token_ = NextSqlToken(text_, token_.end); }
  bool Skip(std::string_view word) {
    if (!Is(word)) return false;
    Advance();
    return true;
  }

  /// True when the token could still turn into another one: it touches the end of what has arrived.
  bool IsOpen() const { return state_ == TextState::kPartial && token_.end >= text_.size(); }
  bool IsAtEnd() const {
    return token_.kind == SqlTokenKind::kEnd || token_.kind == SqlTokenKind::kUnclosed;
  }

 private:
  std::string_view text_;
  TextState state_;
  SqlToken token_;
};

/// Skips the table's name, so that a table called `values` or `format` is not taken for the clause.
void SkipTarget(Reader& reader) {
  reader.Skip("TABLE");
  reader.Skip("FUNCTION");
  while (!reader.IsAtEnd()) {
    SqlDepth depth;
    while (!reader.IsAtEnd() && !depth.IsOutside(reader.text(), reader.token()) &&
           !reader.Is('}')) {
      reader.Advance();
    }
    reader.Advance();
    if (!reader.Is('.')) return;
    reader.Advance();
  }
}

/// Where the data begin behind a format's name; empty when more text is needed to tell.
std::optional<std::size_t> DataBehind(std::string_view text,
                                      std::size_t name_end,
                                      TextState state) {
  std::size_t at = name_end;
  if (at < text.size() && text[at] == ';') ++at;
  while (at < text.size() && (text[at] == ' ' || text[at] == '\t' || text[at] == '\f')) ++at;
  if (at < text.size() && text[at] == '\r') ++at;
  if (at < text.size() && text[at] == '\n') return at + 1;
  if (at >= text.size() && state == TextState::kPartial) return std::nullopt;
  return at;
}

InsertSearch FoundFormat(Reader& reader, TextState state, std::optional<InsertStatement>& insert) {
  const std::size_t statement_end = reader.token().begin;
  reader.Advance();
  if (reader.IsOpen()) return InsertSearch::kNeedMore;
  const auto name = SqlName(reader.text(), reader.token());
  if (name.empty()) return InsertSearch::kOther;
  const auto data_begin = DataBehind(reader.text(), reader.token().end, state);
  if (!data_begin) return InsertSearch::kNeedMore;
  const auto text = reader.text();
  insert =
      InsertStatement{std::string(text.substr(0, statement_end)), std::string(name), *data_begin};
  return InsertSearch::kFound;
}

InsertSearch FoundValues(const Reader& reader, std::optional<InsertStatement>& insert) {
  const auto& values = reader.token();
  insert =
      InsertStatement{std::string(reader.text().substr(0, values.begin)), "Values", values.end};
  return InsertSearch::kFound;
}

}  // namespace

InsertSearch FindInsert(std::string_view text,
                        TextState state,
                        std::optional<InsertStatement>& insert) {
  Reader reader(text, state);
  const auto undecided =
      state == TextState::kPartial ? InsertSearch::kNeedMore : InsertSearch::kOther;
  while (reader.Is(';')) reader.Advance();
  if (reader.IsOpen() || reader.IsAtEnd()) return undecided;
  if (!reader.Skip("INSERT")) return InsertSearch::kOther;
  reader.Skip("INTO");
  SkipTarget(reader);
  SqlDepth depth;
  for (; !reader.IsAtEnd() && !reader.IsOpen(); reader.Advance()) {
    if (!depth.IsOutside(text, reader.token())) continue;
    if (reader.Is("FORMAT")) return FoundFormat(reader, state, insert);
    if (reader.Is("VALUES")) return FoundValues(reader, insert);
    if (reader.Is("SELECT") || reader.Is("WITH") || reader.Is("WATCH") || reader.Is(';')) {
      return InsertSearch::kOther;
    }
  }
  return undecided;
}

}  // namespace polyhouse::engine
