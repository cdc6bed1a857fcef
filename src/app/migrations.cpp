#include "app/migrations.h"

#include <xxhash.h>

#include <algorithm>
#include <cstdio>

#include "app/cluster_ddl.h"
#include "app/legacy_tables.h"
#include "app/migration_files.h"
#include "base/split.h"

namespace polyhouse {
namespace {

constexpr std::string_view kMigrationsTable =
    "CREATE TABLE IF NOT EXISTS polyhouse_migrations (name String, checksum String, applied_at "
    "DateTime64(3, 'UTC'))"
    "\nENGINE = MergeTree\nORDER BY name;";

std::string Checksum(std::string_view sql) {
  char digits[17];
  const auto hash = static_cast<unsigned long long>(XXH3_64bits(sql.data(), sql.size()));
  (void)std::snprintf(digits, sizeof(digits), "%016llx", hash);
  return digits;
}

}  // namespace

std::vector<std::string> CreatedNames(std::span<const std::string> statements) {
  std::vector<std::string> names;
  for (const std::string_view statement : statements) {
    for (const std::string_view create : {"CREATE TABLE IF NOT EXISTS ",
                                          "CREATE VIEW IF NOT EXISTS ",
                                          "CREATE MATERIALIZED VIEW IF NOT EXISTS "}) {
      if (!statement.starts_with(create)) continue;
      const auto rest = statement.substr(create.size());
      names.emplace_back(rest.substr(0, rest.find_first_of(" \n(")));
    }
  }
  return names;
}

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

Result<std::vector<MigrationState>> Migrations::Recorded(std::stop_token stop) {
  const auto text = client_.Fetch(
      "SELECT name, checksum, applied_at FROM polyhouse_migrations ORDER BY name FORMAT "
      "TabSeparated",
      std::move(stop));
  if (!text) {
    // No table or no database yet: nothing is applied. Every other reason is real.
    if (text.error().kind == ErrorKind::kConfig &&
        text.error().message.find("UNKNOWN_") != std::string::npos) {
      return std::vector<MigrationState>();
    }
    return text.error();
  }
  std::vector<MigrationState> recorded;
  for (const std::string& line : Split(*text, '\n')) {
    const auto fields = Split(line, '\t');
    if (fields.size() == 3) recorded.push_back({fields[0], "", fields[1], fields[2]});
  }
  return recorded;
}

Result<std::vector<MigrationState>> Migrations::States(std::stop_token stop) {
  const auto recorded = Recorded(stop);
  if (!recorded) return recorded.error();
  std::vector<MigrationState> states;
  for (const MigrationFile& file : MigrationFiles()) {
    states.push_back({std::string(file.name), std::string(file.sql), Checksum(file.sql), ""});
  }
  for (const MigrationState& applied : *recorded) {
    const auto known = std::find_if(states.begin(), states.end(), [&](const MigrationState& state) {
      return state.name == applied.name;
    });
    if (known == states.end()) {
      return ConfigError(
          "the database has the migration " + applied.name +
          ", which this version does not know: use the newer polyhouse that made it");
    }
    if (known->checksum != applied.checksum) {
      return ConfigError("the migration " + applied.name +
                         " was edited after this database had applied it: use the polyhouse that "
                         "made the database, or "
                         "another database");
    }
    known->applied_at = applied.applied_at;
  }
  if (auto status = ForgetDropped(states, stop); !status) return std::move(status).error();
  return states;
}

Status Migrations::ForgetDropped(std::vector<MigrationState>& states, std::stop_token stop) {
  const auto text = client_.Fetch(
      "SELECT name FROM system.tables WHERE database = currentDatabase() FORMAT TabSeparated",
      std::move(stop));
  if (!text) return text.error().kind == ErrorKind::kConfig ? Ok() : Status(text.error());
  const auto there = Split(*text, '\n');
  for (MigrationState& state : states) {
    const auto names = CreatedNames(SplitStatements(state.sql));
    const bool all_there = std::all_of(names.begin(), names.end(), [&](const std::string& name) {
      return std::find(there.begin(), there.end(), name) != there.end();
    });
    if (!all_there) state.applied_at.clear();
  }
  return Ok();
}

std::vector<std::string> Migrations::StatementsOf(std::string_view sql) const {
  auto statements = SplitStatements(sql);
  return cluster_.empty() ? statements : ClusterStatements(statements, cluster_);
}

Status Migrations::ApplyOne(const MigrationState& migration, std::stop_token stop) {
  // Each statement says IF NOT EXISTS, so one that was run before a crash does nothing; one that
  // fills a table puts rows in again that replace each other.
  for (const std::string& statement : StatementsOf(migration.sql)) {
    if (auto status = client_.Execute(statement, stop); !status) {
      return std::move(status).error().WithContext("migration " + migration.name);
    }
  }
  return client_.Execute("INSERT INTO polyhouse_migrations VALUES ('" + migration.name + "', '" +
                             migration.checksum + "', now64(3, 'UTC'))",
                         stop);
}

Status Migrations::MigrateLegacy(telemetry::PipelineEvents& events,
                                 std::vector<std::string>& applied,
                                 std::stop_token stop) {
  LegacyTables legacy(client_);
  if (auto status = legacy.FinishSwaps(stop); !status) return status;
  const auto tables = legacy.Find(stop);
  if (!tables) return tables.error();
  if (!tables->empty() && !cluster_.empty()) {
    return ConfigError("the table " + tables->front().name +
                       " is that of an older system: bring it to this version on one server first, "
                       "without --cluster");
  }
  for (const LegacyTable& table : *tables) {
    if (auto status = legacy.Migrate(table, stop); !status) {
      return std::move(status).error().WithContext("the older table " + table.name);
    }
    events.MigrationApplied("older table " + table.name);
    applied.push_back("older table " + table.name);
  }
  return Ok();
}

Result<std::vector<LegacyPlan>> Migrations::Legacy(std::stop_token stop) {
  LegacyTables legacy(client_);
  auto tables = legacy.Find(std::move(stop));
  if (!tables) {
    // No database yet, then nothing in it either.
    if (tables.error().kind == ErrorKind::kConfig) return std::vector<LegacyPlan>();
    return std::move(tables).error();
  }
  std::vector<LegacyPlan> plans;
  for (LegacyTable& table : *tables) {
    std::string statement = legacy.CopyStatement(table);
    plans.push_back({std::move(table), std::move(statement)});
  }
  return plans;
}

Result<std::string> Migrations::Rollback(std::stop_token stop) {
  if (!cluster_.empty()) return ConfigError("a cluster is not rolled back: restore a backup");
  const auto states = States(stop);
  if (!states) return states.error();
  // By what was recorded, not by what is there: a rollback that was killed half-way has removed a
  // table or view, and is finished by the next.
  const auto recorded = Recorded(stop);
  if (!recorded) return recorded.error();
  if (recorded->empty()) return ConfigError("no migration is applied here");
  const auto last = std::find_if(states->begin(), states->end(), [&](const auto& state) {
    return state.name == recorded->back().name;
  });
  const auto statements = SplitStatements(last->sql);
  LegacyTables legacy(client_);
  for (auto statement = statements.rbegin(); statement != statements.rend(); ++statement) {
    const auto names = CreatedNames(std::span(&*statement, 1));
    if (names.empty()) continue;
    const std::string& name = names.front();
    const bool view =
        statement->starts_with("CREATE VIEW") || statement->starts_with("CREATE MATERIALIZED VIEW");
    auto status = view ? client_.Execute("DROP VIEW IF EXISTS `" + name + "` SYNC", stop)
                       : legacy.Restore(name, stop);
    if (!status) return std::move(status).error().WithContext("rolling back " + last->name);
  }
  auto status = client_.Execute("ALTER TABLE polyhouse_migrations DELETE WHERE name = '" +
                                    last->name + "' SETTINGS mutations_sync = 1",
                                stop);
  if (!status) return std::move(status).error();
  return last->name;
}

Result<std::vector<std::string>> Migrations::Apply(telemetry::PipelineEvents& events,
                                                   std::stop_token stop) {
  for (const std::string& statement :
       StatementsOf("CREATE DATABASE IF NOT EXISTS `" + client_.database() + "`;")) {
    if (auto status = client_.ExecuteOutside(statement, stop); !status)
      return std::move(status).error();
  }
  for (const std::string& statement : StatementsOf(kMigrationsTable)) {
    if (auto status = client_.Execute(statement, stop); !status) return std::move(status).error();
  }
  std::vector<std::string> applied;
  if (auto status = MigrateLegacy(events, applied, stop); !status) return std::move(status).error();
  const auto states = States(stop);
  if (!states) return states.error();
  for (const MigrationState& migration : *states) {
    if (!migration.applied_at.empty()) continue;
    if (auto status = ApplyOne(migration, stop); !status) return std::move(status).error();
    events.MigrationApplied(migration.name);
    applied.push_back(migration.name);
  }
  return applied;
}

}  // namespace polyhouse
