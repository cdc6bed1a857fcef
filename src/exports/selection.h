#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "exports/file_kind.h"
#include "ports/table_reader.h"

namespace polyhouse {

/// From `since` on until just before `until`.
struct TimeRange {
  std::optional<Timestamp> since{};
  std::optional<Timestamp> until{};

  bool is_all() const { return !since && !until; }
};

/// A column of what is exported, with its ClickHouse type.
struct ResultColumn {
  std::string name;
  std::string type;
};

/// True for a name such as trades or polymarket.trades, which is exported whole; anything else is
/// taken for a statement.
bool IsTableName(std::string_view source);
/// True for a view with what it takes, such as movers(until = now(), hours = 24): exported whole.
bool IsViewWithParameters(std::string_view source);

/// What is exported: a table, a view (with its parameters) or the result of a SELECT, and which of
/// its columns is the time.
class Selection {
 public:
  /// Asks the database for the columns. `time_column`: as the user says it; empty: the one that is
  /// known of a table, or the only one of a result that is a time. kConfig with what to do when
  /// there is no such table, no such column, or when the text is no SELECT.
  static Result<Selection> Learn(const std::string& source,
                                 const std::string& time_column,
                                 TableReader& tables,
                                 std::stop_token stop);

  const std::string& source() const { return source_; }
  const std::string& time_column() const { return time_column_; }  ///< Empty: none.
  bool has_column(std::string_view name) const;

  /// kConfig with what to do when it has no time column.
  Status NeedTime(std::string_view what_for) const;

  /// The statement of these rows in this format, with its values as this format can say them:
  /// integers of more than 64 bits, and in JSON decimals, are text.
  std::string Sql(const TimeRange& range, ExportFormat format) const;
  /// "count(), min(…), max(…), max(version)" of these rows; '' where there is none.
  std::string CountSql(const TimeRange& range) const;
  /// The same for each day or month that has rows, with its name ("2026-11-26", "2026-11", '' of
  /// rows without a time) before it, in order.
  std::string PartitionSql(const TimeRange& range, bool by_month) const;
  /// The rows without a time.
  std::string TimelessSql(ExportFormat format) const;
  std::string TimelessCountSql() const;

 private:
  Status LearnColumns(TableReader& tables, std::stop_token stop);
  Status ChooseTime(const std::string& asked);
  std::string ColumnsFor(ExportFormat format) const;
  std::string Where(const TimeRange& range) const;
  std::string Counts() const;
  std::string Time() const;  ///< The column, quoted.
  bool HasDates() const;     ///< The column has days and no times.

  std::string source_;
  std::string from_;  ///< What stands behind FROM.
  std::vector<ResultColumn> columns_;
  std::string time_column_;
};

}  // namespace polyhouse
