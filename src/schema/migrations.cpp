#include "schema/migrations.h"

#include <algorithm>
#include <set>

#include "base/split.h"
#include "schema/cluster_ddl.h"
#include "schema/schema_lock.h"

namespace polyhouse {
namespace {

constexpr std::string_view kMigrationsTable =
    "CREATE TABLE IF NOT EXISTS polyhouse_migrations (name String, checksum String, applied_at "
    "DateTime64(3, 'UTC'))"
    "\nENGINE = MergeTree\nORDER BY name;";

bool IsMissing(const MigrationState& state) {
  return state.applied_at.empty();
}

std::vector<std::string> StatementsOf(const Migration& migration) {
  return SplitStatements(migration.sql);
}

/// The last statement of these migrations that makes the view `name`; empty when none does.
std::string DefinitionOf(const std::string& name, std::span<const Migration> migrations) {
  std::string found;
  for (const Migration& migration : migrations) {
    for (std::string& statement : StatementsOf(migration)) {
      const auto head = HeadOf(statement);
      const bool makes = head.kind == StatementKind::kView || head.kind == StatementKind::kFeed;
      if (makes && head.name == name) found = std::move(statement);
    }
  }
  return found;
}

bool IsMadeBy(std::span<const Migration> migrations, const std::string& table) {
  return std::any_of(migrations.begin(), migrations.end(), [&](const Migration& migration) {
    const auto made = CreatedNames(StatementsOf(migration));
    return std::find(made.begin(), made.end(), table) != made.end();
  });
}

/// "CREATE OR REPLACE VIEW v …" of any CREATE VIEW.
std::string AsReplacement(const std::string& create) {
  return "CREATE OR REPLACE VIEW " + create.substr(HeadOf(create).name_at);
}

/// "ALTER TABLE v\nMODIFY QUERY SELECT …" of CREATE MATERIALIZED VIEW v TO t AS SELECT ….
std::string AsQueryChange(const std::string& create) {
  constexpr std::string_view kAs = " AS\n";
  return "ALTER TABLE " + HeadOf(create).name + "\nMODIFY QUERY " +
         create.substr(create.find(kAs) + kAs.size());
}

}  // namespace

Result<Migrations::Names> Migrations::NamesOf(const std::string& query, std::stop_token stop) {
  const auto text = client_.FetchOutside(query + " FORMAT TabSeparatedRaw", std::move(stop));
  if (!text) return text.error();
  return Split(*text, '\n');
}

/// One query, because every command asks, and most find that nothing is to be done.
Result<Inventory> Migrations::ReadInventory(std::stop_token stop) {
  // Views with parameters have no columns before they are asked.
  const std::string here = " WHERE database = '" + client_.database() + "'";
  const auto lines = NamesOf("SELECT concat(table, '\t', name) FROM system.columns" + here +
                                 " UNION ALL SELECT name FROM system.tables" + here,
                             std::move(stop));
  if (!lines) return lines.error();
  Inventory inventory;
  for (const std::string& line : *lines) {
    const auto fields = Split(line, '\t');
    if (fields.empty()) continue;
    auto& columns = inventory[fields[0]];
    if (fields.size() == 2) columns.insert(fields[1]);
  }
  return inventory;
}

Result<std::vector<MigrationState>> Migrations::Recorded(const Inventory& inventory,
                                                         std::stop_token stop) {
  std::vector<MigrationState> recorded;
  if (!inventory.contains("polyhouse_migrations")) return recorded;
  const auto text = client_.Fetch(
      "SELECT name, checksum, applied_at FROM polyhouse_migrations ORDER BY name FORMAT "
      "TabSeparated",
      std::move(stop));
  if (!text) return text.error();
  for (const std::string& line : Split(*text, '\n')) {
    const auto fields = Split(line, '\t');
    if (fields.size() == 3) recorded.push_back({{fields[0], "", fields[1]}, fields[2]});
  }
  return recorded;
}

Result<std::vector<MigrationState>> Migrations::States(std::stop_token stop) {
  const auto inventory = ReadInventory(stop);
  if (!inventory) return inventory.error();
  return StatesIn(*inventory, std::move(stop));
}

Result<std::vector<MigrationState>> Migrations::StatesIn(const Inventory& inventory,
                                                         std::stop_token stop) {
  const auto recorded = Recorded(inventory, std::move(stop));
  if (!recorded) return recorded.error();
  std::vector<MigrationState> states;
  for (Migration& migration : ReadMigrations()) states.push_back({std::move(migration), ""});
  for (const MigrationState& record : *recorded) {
    const Migration& migration = record.migration;
    const auto known = std::find_if(states.begin(), states.end(), [&](const MigrationState& state) {
      return state.migration.name == migration.name;
    });
    if (known == states.end()) {
      return ConfigError(
          "the database has the migration " + migration.name +
          ", which this version does not know: use the newer polyhouse that made it");
    }
    if (known->migration.checksum != migration.checksum) {
      return ConfigError("the migration " + migration.name +
                         " was edited after this database had applied it: use the polyhouse that "
                         "made the database, or "
                         "another database");
    }
    known->applied_at = record.applied_at;
  }
  ForgetDropped(states, inventory);
  Names in_use;
  for (const MigrationState& state : states) {
    if (!IsMissing(state)) in_use.emplace_back(OptionOf(state.migration.name));
  }
  std::erase_if(states, [&](const MigrationState& state) {
    const auto option = OptionOf(state.migration.name);
    const bool is_used = std::find(in_use.begin(), in_use.end(), option) != in_use.end();
    return IsMissing(state) && !is_used && !IsWanted(state.migration);
  });
  return states;
}

bool Migrations::IsWanted(const Migration& migration) const {
  const auto option = OptionOf(migration.name);
  return option.empty() || options_.wanted.contains(option);
}

void Migrations::ForgetDropped(std::vector<MigrationState>& states, const Inventory& inventory) {
  for (MigrationState& state : states) {
    const auto statements = StatementsOf(state.migration);
    const Names made = CreatedNames(statements);
    const auto added = AddedColumns(statements);
    const bool all_there =
        std::all_of(made.begin(),
                    made.end(),
                    [&](const std::string& name) { return inventory.contains(name); }) &&
        std::all_of(added.begin(), added.end(), [&](const auto& place) {
          const auto table = inventory.find(place.first);
          return table != inventory.end() && table->second.contains(place.second);
        });
    if (!all_there) state.applied_at.clear();
  }
}

Status Migrations::Run(std::string_view sql, std::stop_token stop) {
  auto statements = SplitStatements(std::string(sql) + ";\n");
  if (!options_.cluster.empty()) statements = ClusterStatements(statements, options_.cluster);
  for (const std::string& statement : statements) {
    if (auto status = client_.Execute(statement, stop); !status) return status;
  }
  return Ok();
}

Status Migrations::RunEach(const Migration& migration, Statements which, std::stop_token stop) {
  for (const std::string& statement : StatementsOf(migration)) {
    const bool fills = HeadOf(statement).kind == StatementKind::kRows;
    if (fills != (which == Statements::kThatFill)) continue;
    if (auto status = Run(statement, stop); !status) {
      return std::move(status).error().WithContext("migration " + migration.name);
    }
  }
  return Ok();
}

Status Migrations::Record(const std::vector<MigrationState>& applied, std::stop_token stop) {
  if (applied.empty()) return Ok();
  std::string rows;
  for (const auto& [migration, applied_at] : applied) {
    rows.append(rows.empty() ? "('" : ", ('").append(migration.name).append("', '");
    rows.append(migration.checksum).append("', now64(3, 'UTC'))");
  }
  return client_.Execute("INSERT INTO polyhouse_migrations VALUES " + rows, std::move(stop));
}

Status Migrations::MigrateLegacy(LegacyTables& legacy, Names& applied, std::stop_token stop) {
  if (auto status = legacy.FinishSwaps(stop); !status) return status;
  const auto tables = legacy.Find(stop);
  if (!tables) return tables.error();
  for (const LegacyTable& table : *tables) {
    if (table.name.ends_with(kLocalSuffix)) {
      return ConfigError("the table " + table.name +
                         " of a cluster has the sorting key of an "
                         "earlier version and " +
                         std::to_string(table.rows) + " rows here: rename it and " +
                         table.name.substr(0, table.name.size() - kLocalSuffix.size()) +
                         " on all servers, run polyhouse schema apply, and copy its rows with "
                         "INSERT INTO ... SELECT");
    }
    if (!options_.cluster.empty()) {
      return ConfigError("the table " + table.name +
                         " is that of an older system: bring it to this version on one server "
                         "first, without --cluster");
    }
    if (auto status = legacy.Migrate(table, stop); !status) {
      return std::move(status).error().WithContext("the older table " + table.name);
    }
    tools_.events.MigrationApplied("older table " + table.name);
    applied.push_back("older table " + table.name);
  }
  return Ok();
}

Result<std::vector<LegacyPlan>> Migrations::Legacy(std::stop_token stop) {
  std::vector<LegacyPlan> plans;
  const auto there =
      NamesOf("SELECT name FROM system.databases WHERE name = '" + client_.database() + "'", stop);
  if (!there) return there.error();
  if (there->empty()) return plans;
  LegacyTables legacy(client_, [] { return Ok(); });
  auto tables = legacy.Find(std::move(stop));
  if (!tables) return std::move(tables).error();
  for (LegacyTable& table : *tables) {
    std::string statement = legacy.CopyStatement(table);
    plans.push_back({std::move(table), std::move(statement)});
  }
  return plans;
}

Status Migrations::Alone(const Work& work, std::stop_token stop) {
  auto lock = SchemaLock::Take({client_, tools_.pulse, tools_.events, tools_.clock},
                               {options_.cluster, options_.lock_timeout},
                               stop);
  if (!lock) return std::move(lock).error();
  return work([&] { return (*lock)->StillOurs(stop); });
}

Status Migrations::MakeDatabase(std::stop_token stop) {
  std::vector<std::string> create = {"CREATE DATABASE IF NOT EXISTS `" + client_.database() + "`"};
  if (!options_.cluster.empty()) create = ClusterStatements(create, options_.cluster);
  const auto made = client_.FetchOutside(create.front(), std::move(stop));
  return made ? Ok() : Status(made.error());
}

Result<bool> Migrations::IsAnythingMissing(const Inventory& inventory, std::stop_token stop) {
  const auto states = StatesIn(inventory, std::move(stop));
  if (!states) return states.error();
  return std::any_of(states->begin(), states->end(), &IsMissing) ||
         LegacyTables::HasWorkIn(inventory);
}

Status Migrations::ApplyMissing(const std::function<Status()>& still_ours,
                                Names& applied,
                                std::stop_token stop) {
  if (auto status = Run(kMigrationsTable.substr(0, kMigrationsTable.size() - 1), stop); !status)
    return status;
  LegacyTables legacy(client_, still_ours);
  if (auto status = MigrateLegacy(legacy, applied, stop); !status) return status;
  auto states = States(stop);
  if (!states) return std::move(states).error();
  std::erase_if(*states, [](const MigrationState& state) { return !IsMissing(state); });
  // First what makes and changes tables, then what fills them: a table that was dropped and is made
  // again gets its later columns before it is copied. Every statement may be repeated, and nothing
  // is recorded before all were run, so a crash costs nothing but a repetition.
  for (const Statements which : {Statements::kThatMake, Statements::kThatFill}) {
    for (const MigrationState& state : *states) {
      if (auto status = still_ours(); !status) return status;
      if (auto status = RunEach(state.migration, which, stop); !status) return status;
    }
  }
  if (auto status = Record(*states, stop); !status) return status;
  for (const MigrationState& state : *states) {
    tools_.events.MigrationApplied(state.migration.name);
    applied.push_back(state.migration.name);
  }
  return Ok();
}

Result<std::vector<std::string>> Migrations::Apply(std::stop_token stop) {
  const auto inventory = ReadInventory(stop);
  if (!inventory) return inventory.error();
  if (inventory->empty() || !options_.cluster.empty()) {
    if (auto status = MakeDatabase(stop); !status) return std::move(status).error();
  }
  const auto missing = IsAnythingMissing(*inventory, stop);
  if (!missing) return missing.error();
  Names applied;
  if (!*missing) return applied;
  auto status =
      Alone([&](const auto& still_ours) { return ApplyMissing(still_ours, applied, stop); }, stop);
  if (!status) return std::move(status).error();
  return applied;
}

Status Migrations::Undo(const std::string& statement,
                        std::span<const Migration> before,
                        LegacyTables& legacy,
                        std::stop_token stop) {
  const auto head = HeadOf(statement);
  const std::string former = DefinitionOf(head.name, before);
  switch (head.kind) {
    case StatementKind::kTable:
      if (IsMadeBy(before, head.name)) return Ok();  // Only its key was changed.
      return legacy.Restore(head.name, std::move(stop));
    case StatementKind::kView:
      if (!former.empty()) return Run(AsReplacement(former), std::move(stop));
      [[fallthrough]];
    case StatementKind::kFeed:
      return client_.Execute(
          OnCluster("DROP TABLE IF EXISTS `" + head.name + "` SYNC", options_.cluster),
          std::move(stop));
    case StatementKind::kLookup:
      return client_.Execute(
          OnCluster("DROP DICTIONARY IF EXISTS `" + head.name + "` SYNC", options_.cluster),
          std::move(stop));
    case StatementKind::kQuery:
      return Run(AsQueryChange(former), std::move(stop));
    case StatementKind::kColumns:   // It may hold the only copy of what the API once said.
    case StatementKind::kRows:      // They go with their table.
    case StatementKind::kDatabase:  // No migration makes one.
      return Ok();
  }
  return Ok();
}

Result<std::string> Migrations::UndoLast(const std::function<Status()>& still_ours,
                                         std::stop_token stop) {
  // By what was recorded, not by what is there: a rollback that was killed half-way has removed a
  // table or view, and is finished by the next.
  const auto inventory = ReadInventory(stop);
  if (!inventory) return inventory.error();
  const auto recorded = Recorded(*inventory, stop);
  if (!recorded) return recorded.error();
  if (recorded->empty()) return ConfigError("no migration is applied here");
  if (const auto states = States(stop); !states) return states.error();
  const std::string name = recorded->back().migration.name;
  const auto migrations = ReadMigrations();
  const auto last = std::find_if(migrations.begin(), migrations.end(), [&](const auto& migration) {
    return migration.name == name;
  });
  const std::span before(migrations.begin(), last);
  const auto statements = StatementsOf(*last);
  const bool makes_table = std::any_of(statements.begin(), statements.end(), [&](const auto& each) {
    const auto head = HeadOf(each);
    return head.kind == StatementKind::kTable && !IsMadeBy(before, head.name);
  });
  if (makes_table && !options_.cluster.empty()) {
    return ConfigError("the migration " + name +
                       " made tables, and those of a cluster are not renamed: restore a backup");
  }
  LegacyTables legacy(client_, still_ours);
  for (auto statement = statements.rbegin(); statement != statements.rend(); ++statement) {
    auto status = Undo(*statement, before, legacy, stop);
    if (!status) return std::move(status).error().WithContext("rolling back " + name);
  }
  const std::string table =
      options_.cluster.empty() ? "polyhouse_migrations" : "polyhouse_migrations_local";
  auto status =
      client_.Execute(OnCluster("ALTER TABLE " + table, options_.cluster) +
                          " DELETE WHERE name = '" + name + "' SETTINGS mutations_sync = 1",
                      stop);
  if (!status) return std::move(status).error();
  return name;
}

Result<std::string> Migrations::Rollback(std::stop_token stop) {
  const auto inventory = ReadInventory(stop);
  if (!inventory) return inventory.error();
  const auto recorded = Recorded(*inventory, stop);
  if (!recorded) return recorded.error();
  if (recorded->empty()) return ConfigError("no migration is applied here");
  std::string name;
  auto status = Alone(
      [&](const auto& still_ours) -> Status {
        auto undone = UndoLast(still_ours, stop);
        if (!undone) return std::move(undone).error();
        name = std::move(*undone);
        return Ok();
      },
      stop);
  if (!status) return std::move(status).error();
  return name;
}

}  // namespace polyhouse
