#include "exports/selection.h"

#include <algorithm>
#include <cctype>

#include "base/lower_case.h"
#include "base/one_line.h"
#include "base/split.h"
#include "checks/table_answer.h"
#include "checks/view_parameters.h"
#include "codec/timestamp.h"
#include "exports/time_column.h"

namespace polyhouse {
namespace {

bool IsWordPart(unsigned char c) {
  return std::isalnum(c) != 0 || c == '_';
}

std::string QuotedName(std::string_view name) {
  std::string quoted = "`";
  for (const char c : name) {
    if (c == '`' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "`";
}

/// "`polymarket`.`trades`"
std::string QuotedTable(const std::string& name) {
  std::string quoted;
  for (const std::string& part : Split(name, '.')) {
    quoted += (quoted.empty() ? "" : ".") + QuotedName(part);
  }
  return quoted;
}

/// Without the semicolons and the space behind it.
std::string_view Trimmed(std::string_view sql) {
  const auto last = sql.find_last_not_of("; \t\r\n");
  return last == std::string_view::npos ? std::string_view() : sql.substr(0, last + 1);
}

/// The type inside Nullable(…) and LowCardinality(…).
std::string_view Inside(std::string_view type) {
  for (const std::string_view around : {"LowCardinality(", "Nullable("}) {
    if (!type.starts_with(around)) continue;
    type.remove_prefix(around.size());
    type.remove_suffix(1);
  }
  return type;
}

bool IsDate(std::string_view type) {
  return Inside(type) == "Date" || Inside(type) == "Date32";
}

bool IsTime(std::string_view type) {
  return IsDate(type) || Inside(type).starts_with("DateTime");
}

bool IsWide(std::string_view type) {
  return type.ends_with("Int128") || type.ends_with("Int256");
}

/// "UInt256" of "Array(UInt256)"; other types as they are.
std::string_view Element(std::string_view type) {
  constexpr std::string_view kArray = "Array(";
  if (!type.starts_with(kArray) || !type.ends_with(')')) return type;
  return type.substr(kArray.size(), type.size() - kArray.size() - 1);
}

/// Whether values of this type are written as text in this format, because it has no such number or
/// its readers would round it.
bool GoesAsText(std::string_view type, ExportFormat format) {
  switch (format) {
    case ExportFormat::kParquet:
    case ExportFormat::kArrow:
      return IsWide(Inside(Element(type)));
    case ExportFormat::kJsonLines:
      return IsWide(Inside(Element(type))) || Inside(Element(type)).starts_with("Decimal");
    case ExportFormat::kCsv:
      return false;
  }
  return false;
}

std::string Literal(Timestamp time) {
  std::string text = FormatTime(time);  // "2026-03-11T09:29:01.328Z"
  text[10] = ' ';
  text.pop_back();
  return "toDateTime64(" + Quoted(text) + ", 3, 'UTC')";
}

/// What a person needs to know beside the engine's own sentence.
Error Explained(Error error, bool is_table) {
  const auto is = [&](std::string_view code) { return error.message.starts_with(code); };
  if (is("Code: 60.") || is("Code: 81.")) {  // UNKNOWN_TABLE, UNKNOWN_DATABASE
    error.kind = ErrorKind::kConfig;
    error.message += " polyhouse query \"SHOW TABLES\" lists the tables and views.";
  } else if (!is_table && (is("Code: 62.") || is("Code: 164."))) {  // SYNTAX_ERROR, READONLY
    error.kind = ErrorKind::kConfig;
    error.message =
        "this is no statement that can be exported: it must be one SELECT, without FORMAT and INTO "
        "OUTFILE, because the name of the file says the format. " +
        error.message;
  }
  return error;
}

}  // namespace

bool IsTableName(std::string_view source) {
  const auto name_ends = [&](std::size_t from) {
    std::size_t at = from;
    while (at < source.size() && IsWordPart(static_cast<unsigned char>(source[at]))) ++at;
    return at;
  };
  const std::size_t first = name_ends(0);
  if (first == 0) return false;
  if (first == source.size()) return true;
  return source[first] == '.' && first + 1 < source.size() && name_ends(first + 1) == source.size();
}

bool IsViewWithParameters(std::string_view source) {
  source = Trimmed(source);
  const auto name = source.substr(0, source.find('('));
  const std::string word = LowerCase(name);
  return source.ends_with(')') && IsTableName(name) && word != "select" && word != "with";
}

Result<Selection> Selection::Learn(const std::string& source,
                                   const std::string& time_column,
                                   TableReader& tables,
                                   std::stop_token stop) {
  Selection selection;
  selection.source_ = source;
  if (IsTableName(source)) {
    selection.from_ = QuotedTable(source);
  } else if (IsViewWithParameters(source)) {
    selection.from_ = Trimmed(source);
  } else {
    const auto sql = Trimmed(source);
    if (sql.empty()) return ConfigError("there is no statement to export");
    // Line breaks: a comment may end the statement.
    selection.from_ = "(\n" + std::string(sql) + "\n)";
  }
  if (auto status = selection.LearnColumns(tables, std::move(stop)); !status) {
    return std::move(status).error();
  }
  if (auto status = selection.ChooseTime(time_column); !status) return std::move(status).error();
  return selection;
}

Status Selection::LearnColumns(TableReader& tables, std::stop_token stop) {
  const std::string sql = "SELECT * FROM " + from_;
  const auto text = tables.Fetch("DESCRIBE TABLE (" + sql + ") FORMAT TabSeparatedRaw", stop);
  if (!text) {
    const auto about = AboutParameters(tables, sql, text.error().message, std::move(stop));
    if (!about.empty()) return ConfigError(about);
    return Explained(text.error(), IsTableName(source_));
  }
  for (const std::string& line : Split(*text, '\n')) {
    const auto fields = Split(line, '\t');
    if (fields.size() >= 2) columns_.push_back({fields[0], fields[1]});
  }
  if (columns_.empty()) return ConfigError(OneLine(source_) + " has no columns to export");
  return Ok();
}

bool Selection::has_column(std::string_view name) const {
  return std::any_of(
      columns_.begin(), columns_.end(), [&](const auto& column) { return column.name == name; });
}

Status Selection::ChooseTime(const std::string& asked) {
  std::vector<std::string> times;
  for (const ResultColumn& column : columns_) {
    if (IsTime(column.type)) times.push_back(column.name);
  }
  const auto is_time = [&](std::string_view name) {
    return std::find(times.begin(), times.end(), name) != times.end();
  };
  if (!asked.empty()) {
    time_column_ = asked;
    if (is_time(asked)) return Ok();
    return ConfigError(
        "--time-column " + OneLine(asked) + " is no date or time of " + OneLine(source_) +
        ", whose dates and times are: " + (times.empty() ? "none" : OneLine(Join(times, ", "))));
  }
  const auto known = TimeColumnOf(std::string_view(source_).substr(source_.find('.') + 1));
  if (known && is_time(*known)) {
    time_column_ = *known;
  } else if (is_time("timestamp")) {
    time_column_ = "timestamp";
  } else if (times.size() == 1) {
    time_column_ = times.front();
  }
  return Ok();
}

Status Selection::NeedTime(std::string_view what_for) const {
  if (!time_column_.empty()) return Ok();
  const bool has_times = std::any_of(
      columns_.begin(), columns_.end(), [](const auto& each) { return IsTime(each.type); });
  return ConfigError(
      OneLine(source_) + " has " + (has_times ? "several times" : "no column of a date or time") +
      ": " + std::string(what_for) +
      (has_times ? " needs --time-column with the name of the one that is meant"
                 : " needs one, such as the timestamp of trades; export it without"));
}

bool Selection::HasDates() const {
  return std::any_of(columns_.begin(), columns_.end(), [&](const auto& column) {
    return column.name == time_column_ && IsDate(column.type);
  });
}

std::string Selection::Time() const {
  return QuotedName(time_column_);
}

std::string Selection::ColumnsFor(ExportFormat format) const {
  std::string replaced;
  for (const auto& [name, type] : columns_) {
    if (!GoesAsText(type, format)) continue;
    const std::string column = QuotedName(name);
    const bool is_list = Element(type) != type;
    const std::string text =
        is_list ? "arrayMap(each -> toString(each), " + column + ")" : "toString(" + column + ")";
    replaced += (replaced.empty() ? "" : ", ") + text + " AS " + column;
  }
  return replaced.empty() ? "*" : "* REPLACE (" + replaced + ")";
}

std::string Selection::Where(const TimeRange& range) const {
  std::string where;
  const auto add = [&](const char* is, const std::optional<Timestamp>& time) {
    if (!time) return;
    where += (where.empty() ? " WHERE " : " AND ") + Time() + is + Literal(*time);
  };
  add(" >= ", range.since);
  add(" < ", range.until);
  return where;
}

std::string Selection::Counts() const {
  const auto ends = [&](const std::string& which) -> std::string {
    if (time_column_.empty()) return "''";
    const std::string time = which + "(" + Time() + ")";
    if (HasDates()) return "ifNull(toString(" + time + "), '')";
    return "ifNull(toString(toDateTime64(" + time + ", 3, 'UTC')), '')";
  };
  return "count(), " + ends("min") + ", " + ends("max") + ", " +
         (has_column("version") ? "ifNull(toString(max(version)), '0')" : "'0'");
}

std::string Selection::Sql(const TimeRange& range, ExportFormat format) const {
  return "SELECT " + ColumnsFor(format) + " FROM " + from_ + Where(range);
}

std::string Selection::CountSql(const TimeRange& range) const {
  return "SELECT " + Counts() + " FROM " + from_ + Where(range);
}

std::string Selection::PartitionSql(const TimeRange& range, bool by_month) const {
  const std::string day =
      HasDates() ? "toString(" + Time() + ")" : "formatDateTime(" + Time() + ", '%F', 'UTC')";
  const std::string text = "ifNull(" + day + ", '')";
  return "SELECT " + (by_month ? "substring(" + text + ", 1, 7)" : text) +
         " AS export_partition, " + Counts() + " FROM " + from_ + Where(range) +
         " GROUP BY export_partition ORDER BY export_partition";
}

std::string Selection::TimelessSql(ExportFormat format) const {
  return "SELECT " + ColumnsFor(format) + " FROM " + from_ + " WHERE " + Time() + " IS NULL";
}

std::string Selection::TimelessCountSql() const {
  return "SELECT " + Counts() + " FROM " + from_ + " WHERE " + Time() + " IS NULL";
}

}  // namespace polyhouse
