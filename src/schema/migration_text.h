#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace polyhouse {

/// The statements of a migration, without comments that stand on lines of their own.
std::vector<std::string> SplitStatements(std::string_view sql);

/// What a statement does; schema/ holds no others, and the program itself makes the database.
enum class StatementKind {
  kDatabase,  ///< CREATE DATABASE IF NOT EXISTS
  kTable,     ///< CREATE TABLE IF NOT EXISTS
  kView,      ///< CREATE VIEW IF NOT EXISTS, CREATE OR REPLACE VIEW
  kLookup,    ///< CREATE DICTIONARY IF NOT EXISTS
  kFeed,      ///< CREATE MATERIALIZED VIEW IF NOT EXISTS … TO …
  kColumns,   ///< ALTER TABLE … ADD COLUMN IF NOT EXISTS
  kQuery,     ///< ALTER TABLE … MODIFY QUERY, of a materialized view
  kRows,      ///< INSERT INTO … SELECT
};

/// A statement's kind and the table, view or dictionary that it is about; `name_at` is where that
/// name begins.
struct StatementHead {
  StatementKind kind = StatementKind::kRows;
  std::string name;
  std::size_t name_at = 0;
};
StatementHead HeadOf(std::string_view statement);

/// What the CREATE statements of a migration make: "markets", "markets_current".
std::vector<std::string> CreatedNames(std::span<const std::string> statements);
/// The columns that its ALTER statements add, as table and column.
std::vector<std::pair<std::string, std::string>> AddedColumns(
    std::span<const std::string> statements);

/// The columns of each table, as the statements that were read make them. By it a view names its
/// columns without a list that is written by hand; in schema/ stand, for a table t,
///
///   {{columns of t}}       `a`, `b`, …
///   {{columns of t as x}}  x.`a` AS `a`, x.`b` AS `b`, …
///   {{names of t}}         'a', 'b', … of what can change: all but id and version
///   {{hashes of t}}        a hash of each of these, which are the same type for all columns
///
/// and mean the columns at the end of the migration they stand in.
class SchemaColumns {
 public:
  void Read(std::span<const std::string> statements);
  /// In the table's order; empty when it was not read.
  std::span<const std::string> Of(const std::string& table) const;
  std::string Expand(std::string_view sql) const;

 private:
  void ReadTable(std::string_view statement, const std::string& name);
  void ReadColumns(std::string_view statement, const std::string& name);
  std::string ListOf(std::string_view what) const;

  std::map<std::string, std::vector<std::string>> tables_;
};

/// A file of schema/ as it is run.
struct Migration {
  std::string name;
  std::string sql;       ///< With the lists of columns in their places.
  std::string checksum;  ///< Of the file.
};

/// "trades_by_wallet" of "0014_optional_trades_by_wallet", which is applied only where it is asked
/// for; empty for all others.
std::string_view OptionOf(std::string_view migration);

/// The statement that makes the table `name`, by the last file that has one; empty when none does.
/// A table whose key had to change is made by two files: a new database gets the later one at once.
std::string LastTableStatement(std::string_view name);

/// In their order.
std::vector<Migration> ReadMigrations();

}  // namespace polyhouse
