#include "schema/migration_text.h"

#include <xxhash.h>

#include <algorithm>
#include <array>
#include <functional>

#include "base/number_text.h"
#include "base/split.h"
#include "schema/migration_files.h"

namespace polyhouse {
namespace {

constexpr std::string_view kAddColumn = "ADD COLUMN IF NOT EXISTS ";
constexpr std::string_view kAfter = " AFTER ";
constexpr std::string_view kIndex = "    INDEX ";
constexpr std::string_view kOptional = "_optional_";

/// The first word at `at`, without quotes.
std::string WordAt(std::string_view text, std::size_t at) {
  std::string word(text.substr(at, text.find_first_of(" \n(,", at) - at));
  std::erase(word, '`');
  return word;
}

struct Start {
  std::string_view text;
  StatementKind kind;
};
constexpr auto kStarts = std::to_array<Start>({
    {"CREATE DATABASE IF NOT EXISTS ", StatementKind::kDatabase},
    {"CREATE TABLE IF NOT EXISTS ", StatementKind::kTable},
    {"CREATE VIEW IF NOT EXISTS ", StatementKind::kView},
    {"CREATE OR REPLACE VIEW ", StatementKind::kView},
    {"CREATE DICTIONARY IF NOT EXISTS ", StatementKind::kLookup},
    {"CREATE MATERIALIZED VIEW IF NOT EXISTS ", StatementKind::kFeed},
    {"ALTER TABLE ", StatementKind::kColumns},
    {"INSERT INTO ", StatementKind::kRows},
});

std::string Joined(std::span<const std::string> columns,
                   const std::function<std::string(const std::string&)>& each) {
  std::string list;
  for (const std::string& column : columns) list += (list.empty() ? "" : ", ") + each(column);
  return list;
}

/// Each table as its last statement has it.
std::string WithLastTables(std::string sql) {
  for (const std::string& statement : SplitStatements(sql)) {
    const auto head = HeadOf(statement);
    if (head.kind != StatementKind::kTable) continue;
    if (const auto at = sql.find(statement + ";"); at != std::string::npos) {
      sql.replace(at, statement.size(), LastTableStatement(head.name));
    }
  }
  return sql;
}

/// All but what a version of a row is known by.
std::vector<std::string> Changeable(std::span<const std::string> columns) {
  std::vector<std::string> some(columns.begin(), columns.end());
  std::erase_if(some, [](const auto& column) { return column == "id" || column == "version"; });
  return some;
}

}  // namespace

std::vector<std::string> SplitStatements(std::string_view sql) {
  std::vector<std::string> statements;
  std::string statement;
  for (const std::string& line : Split(sql, '\n')) {
    if (line.empty() || line.starts_with("--")) continue;
    const bool ends = line.ends_with(';');
    statement += ends ? line.substr(0, line.size() - 1) : line + "\n";
    if (ends) statements.push_back(std::exchange(statement, ""));
  }
  return statements;
}

StatementHead HeadOf(std::string_view statement) {
  for (const Start& start : kStarts) {
    if (!statement.starts_with(start.text)) continue;
    StatementHead head{start.kind, WordAt(statement, start.text.size()), start.text.size()};
    const bool of_query = statement.find("\nMODIFY QUERY") != std::string_view::npos;
    if (head.kind == StatementKind::kColumns && of_query) head.kind = StatementKind::kQuery;
    return head;
  }
  return {};
}

std::vector<std::string> CreatedNames(std::span<const std::string> statements) {
  std::vector<std::string> names;
  for (const std::string& statement : statements) {
    if (!statement.starts_with("CREATE ")) continue;
    if (auto head = HeadOf(statement); !head.name.empty()) names.push_back(std::move(head.name));
  }
  return names;
}

std::vector<std::pair<std::string, std::string>> AddedColumns(
    std::span<const std::string> statements) {
  std::vector<std::pair<std::string, std::string>> added;
  for (const std::string& statement : statements) {
    const auto head = HeadOf(statement);
    if (head.kind != StatementKind::kColumns) continue;
    for (auto at = statement.find(kAddColumn); at != std::string::npos;
         at = statement.find(kAddColumn, at + 1)) {
      added.emplace_back(head.name, WordAt(statement, at + kAddColumn.size()));
    }
  }
  return added;
}

void SchemaColumns::Read(std::span<const std::string> statements) {
  for (const std::string& statement : statements) {
    const auto head = HeadOf(statement);
    if (head.kind == StatementKind::kTable) ReadTable(statement, head.name);
    if (head.kind == StatementKind::kColumns) ReadColumns(statement, head.name);
  }
}

/// Each column stands on a line of its own between the brackets; or "CREATE TABLE … AS other".
void SchemaColumns::ReadTable(std::string_view statement, const std::string& name) {
  const auto lines = Split(statement, '\n');
  const std::string& first = lines.front();
  if (const auto as = first.find(" AS "); as != std::string::npos) {
    const auto of_other = Of(WordAt(first, as + 4));
    tables_[name].assign(of_other.begin(), of_other.end());
    return;
  }
  auto& columns = tables_[name];
  columns.clear();
  for (const std::string& line : lines) {
    if (line == ")") return;
    if (line.starts_with("    ") && !line.starts_with(kIndex)) columns.push_back(WordAt(line, 4));
  }
}

void SchemaColumns::ReadColumns(std::string_view statement, const std::string& name) {
  auto& columns = tables_[name];
  for (const std::string& line : Split(statement, '\n')) {
    const auto add = line.find(kAddColumn);
    if (add == std::string::npos) continue;
    auto place = columns.end();
    if (const auto after = line.rfind(kAfter); after != std::string::npos) {
      place = std::find(columns.begin(), columns.end(), WordAt(line, after + kAfter.size()));
      if (place != columns.end()) ++place;
    }
    columns.insert(place, WordAt(line, add + kAddColumn.size()));
  }
}

std::span<const std::string> SchemaColumns::Of(const std::string& table) const {
  const auto found = tables_.find(table);
  return found == tables_.end() ? std::span<const std::string>() : found->second;
}

std::string SchemaColumns::ListOf(std::string_view what) const {
  const auto words = Split(what, ' ');
  const auto columns = Of(words.at(2));
  if (words.front() == "names") {
    return Joined(Changeable(columns), [](const auto& column) { return "'" + column + "'"; });
  }
  if (words.front() == "hashes") {
    return Joined(Changeable(columns), [](const auto& column) {
      return "cityHash64(ifNull(toString(`" + column + "`), ''))";
    });
  }
  if (words.size() == 5) {
    return Joined(columns, [&](const auto& column) {
      return words[4] + ".`" + column + "` AS `" + column + "`";
    });
  }
  return Joined(columns, [](const auto& column) { return "`" + column + "`"; });
}

std::string SchemaColumns::Expand(std::string_view sql) const {
  std::string text;
  for (auto begin = sql.find("{{"); begin != std::string_view::npos; begin = sql.find("{{")) {
    const auto end = sql.find("}}", begin);
    text += sql.substr(0, begin);
    text += ListOf(sql.substr(begin + 2, end - begin - 2));
    sql.remove_prefix(end + 2);
  }
  return text.append(sql);
}

std::string_view OptionOf(std::string_view migration) {
  const auto at = migration.find(kOptional);
  return at == std::string_view::npos ? "" : migration.substr(at + kOptional.size());
}

std::string LastTableStatement(std::string_view name) {
  std::string last;
  for (const MigrationFile& file : MigrationFiles()) {
    for (std::string& statement : SplitStatements(file.sql)) {
      const auto head = HeadOf(statement);
      if (head.kind == StatementKind::kTable && head.name == name) last = std::move(statement);
    }
  }
  return last;
}

std::vector<Migration> ReadMigrations() {
  SchemaColumns columns;
  std::vector<Migration> migrations;
  for (const MigrationFile& file : MigrationFiles()) {
    columns.Read(SplitStatements(file.sql));
    migrations.push_back({std::string(file.name),
                          WithLastTables(columns.Expand(file.sql)),
                          HexText(XXH3_64bits(file.sql.data(), file.sql.size()))});
  }
  return migrations;
}

}  // namespace polyhouse
