#include "pages/sql_console.h"

#include <algorithm>
#include <chrono>

#include "base/clock.h"
#include "base/json_text.h"
#include "base/lower_case.h"
#include "base/number_text.h"
#include "pages/page_answers.h"

namespace polyhouse {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view kSpace = " \t\r\n";

bool IsWordByte(char byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
         (byte >= '0' && byte <= '9') || byte == '_';
}

std::string_view Trimmed(std::string_view text) {
  return text.substr(0, text.find_last_not_of(" \t\r\n;") + 1);
}

/// The last word of a text, which may be empty.
std::string_view LastWord(std::string_view text) {
  std::size_t begin = text.size();
  while (begin > 0 && IsWordByte(text[begin - 1])) --begin;
  return text.substr(begin);
}

/// The strings of a JSON list of strings, as they stand there.
std::vector<std::string_view> StringsOf(std::string_view list) {
  std::vector<std::string_view> strings;
  std::size_t at = 0;
  while ((at = list.find('"', at)) != std::string_view::npos) {
    std::size_t end = at + 1;
    while (end < list.size() && list[end] != '"') end += list[end] == '\\' ? std::size_t{2} : 1;
    strings.push_back(list.substr(at, std::min(end, list.size() - 1) - at + 1));
    at = end + 1;
  }
  return strings;
}

std::string ColumnsMark(std::string_view names, std::string_view types) {
  const auto named = StringsOf(names);
  const auto typed = StringsOf(types);
  std::string mark = "{\"columns\":[";
  for (std::size_t i = 0; i < std::min(named.size(), typed.size()); ++i) {
    mark += i == 0 ? "{\"name\":" : ",{\"name\":";
    mark.append(named[i]).append(",\"type\":").append(typed[i]).append("}");
  }
  return mark + "]}\n";
}

/// Passes rows on, as many as were asked for, and makes the line of columns of the first two.
class RowWriter {
 public:
  RowWriter(std::uint64_t limit, const std::function<bool(std::string_view)>& write)
      : limit_(limit), write_(write) {}

  /// False: no more is wanted.
  bool Take(std::string_view data) {
    while (!data.empty() && heads_ < 2) {
      const auto end = data.find('\n');
      (heads_ == 0 ? names_ : types_) += data.substr(0, end);
      if (end == std::string_view::npos) return true;
      data.remove_prefix(end + 1);
      if (++heads_ == 2 && !Write(ColumnsMark(names_, types_))) return false;
    }
    std::size_t length = 0;
    while (rows_ < limit_) {
      const auto end = data.find('\n', length);
      if (end == std::string_view::npos) return Write(data);
      length = end + 1;
      ++rows_;
    }
    truncated_ = truncated_ || length < data.size();
    return Write(data.substr(0, length)) && !truncated_;
  }

  std::uint64_t rows() const { return rows_; }
  bool truncated() const { return truncated_; }
  bool is_gone() const { return gone_; }

 private:
  bool Write(std::string_view data) {
    if (data.empty()) return true;
    gone_ = !write_(data);
    return !gone_;
  }

  const std::uint64_t limit_;
  const std::function<bool(std::string_view)>& write_;
  std::string names_;
  std::string types_;
  int heads_ = 0;
  std::uint64_t rows_ = 0;
  bool truncated_ = false;
  bool gone_ = false;
};

std::string ErrorMark(const Error& error) {
  const bool is_late = IsOfDeadline(error);
  const bool is_away = error.kind == ErrorKind::kTransient && !error.message.starts_with("Code: ");
  std::string mark = "{\"error\":{\"code\":";
  AppendJsonString(mark, is_late ? "deadline" : is_away ? "unavailable" : "query");
  AppendJsonString(mark += ",\"message\":", error.message);
  AppendJsonString(mark += ",\"hint\":",
                   is_late   ? "It was stopped at its time limit: ask for less."
                   : is_away ? "polyhouse status says how things are."
                             : "");
  const auto position = ErrorPosition(error.message);
  return mark + ",\"position\":" + (position ? std::to_string(*position) : "null") + "}}\n";
}

}  // namespace

std::string WithoutFormat(std::string_view sql) {
  const std::string_view whole = Trimmed(sql);
  const std::string_view format = LastWord(whole);
  std::string_view before = whole.substr(0, whole.size() - format.size());
  before = before.substr(0, before.find_last_not_of(kSpace) + 1);
  if (format.empty() || LowerCase(LastWord(before)) != "format") return std::string(whole);
  return std::string(Trimmed(before.substr(0, before.size() - 6)));
}

std::optional<std::size_t> ErrorPosition(std::string_view message) {
  constexpr std::string_view kWords = "failed at position ";
  const auto at = message.find(kWords);
  if (at == std::string_view::npos) return {};
  const auto digits = message.substr(at + kWords.size());
  std::size_t position = 0;
  if (!ReadNumber(digits.substr(0, digits.find_first_not_of("0123456789")), position)) return {};
  return position == 0 ? 0 : position - 1;
}

void RunConsoleQuery(const ConsoleQuery& query,
                     const AskTables& ask,
                     const std::function<bool(std::string_view)>& write,
                     const std::stop_token& stop) {
  const auto begun = SteadyNow();
  RowWriter writer(query.limit, write);
  const TableQuestion question{
      .sql = WithoutFormat(query.sql),
      .settings = {{"default_format", "JSONCompactEachRowWithNamesAndTypes"},
                   {"output_format_json_quote_64bit_integers", "1"},
                   {"output_format_json_quote_decimals", "1"},
                   {"output_format_json_quote_denormals", "1"},
                   // One more tells that there are more.
                   {"max_result_rows", std::to_string(query.limit + 1)},
                   {"result_overflow_mode", "break"},
                   {"max_execution_time", std::to_string(query.seconds)}},
      .on_data = [&](std::string_view data) { return writer.Take(data); }};
  const auto status = ask(question, stop);
  if (writer.is_gone()) return;
  if (!status && !writer.truncated()) {
    write(ErrorMark(status.error()));
    return;
  }
  const auto took = std::chrono::duration_cast<milliseconds>(SteadyNow() - begun);
  write("{\"end\":{\"rows\":" + std::to_string(writer.rows()) +
        ",\"took_ms\":" + std::to_string(took.count()) +
        ",\"truncated\":" + (writer.truncated() ? "true" : "false") + "}}\n");
}

}  // namespace polyhouse
