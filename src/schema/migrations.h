#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "adapters/clickhouse/clickhouse_client.h"
#include "base/clock.h"
#include "base/result.h"
#include "schema/legacy_tables.h"
#include "schema/migration_text.h"
#include "telemetry/pipeline_events.h"

namespace polyhouse {

/// A migration and whether the database has it.
struct MigrationState {
  Migration migration;
  std::string applied_at;  ///< Empty: not applied.
};

/// A table of an older system, and the statement that copies it.
struct LegacyPlan {
  LegacyTable table;
  std::string statement;
};

/// What migrations work with; all of it outlives them.
struct MigrationTools {
  ClickHouseClient& client;
  ClickHouseClient& pulse;  ///< Another one, for the lock's thread (schema_lock.h).
  telemetry::PipelineEvents& events;
  Clock& clock;
};

struct MigrationOptions {
  /// Tables are made on all servers of this cluster, replicated and distributed (cluster_ddl.h);
  /// empty: on one server.
  std::string cluster;
  std::chrono::milliseconds lock_timeout{30'000};  ///< Of SchemaLock.
  std::set<std::string, std::less<>> wanted;       ///< Those of OptionOf that are to be applied.
};

/// Numbered changes of the database, each applied once, in order, and never edited afterwards: the
/// database remembers a checksum of each in its table `polyhouse_migrations`. Of several programs
/// that change one database at once, one works and the others wait for it (schema_lock.h).
class Migrations {
 public:
  Migrations(MigrationTools tools, MigrationOptions options)
      : client_(tools.client), tools_(tools), options_(std::move(options)) {}

  /// Every migration that is wanted or was applied; one of whose tables, views or columns something
  /// is not there counts as missing. kConfig when the database has one that is unknown here (a
  /// newer program made it) or was edited.
  Result<std::vector<MigrationState>> States(std::stop_token stop);
  /// Makes the database if need be and applies what is missing, also tables, views and columns that
  /// somebody has dropped; returns the names of what was applied. Safe to repeat after a crash at
  /// any point.
  Result<std::vector<std::string>> Apply(std::stop_token stop);
  /// The tables of an older system that Apply would bring into our shape.
  Result<std::vector<LegacyPlan>> Legacy(std::stop_token stop);
  /// Undoes the last migration and returns its name. Views become what they were before it. Nothing
  /// that holds rows is dropped: a table of an older system comes back from its backup, ours is
  /// kept as `<name>_of_polyhouse`, and a column that was added stays, with what is in it. kConfig
  /// when there is nothing to undo.
  Result<std::string> Rollback(std::stop_token stop);

 private:
  using Names = std::vector<std::string>;
  using Work = std::function<Status(const std::function<Status()>& still_ours)>;

  Status MakeDatabase(std::stop_token stop);
  Result<Inventory> ReadInventory(std::stop_token stop);
  Result<bool> IsAnythingMissing(const Inventory& inventory, std::stop_token stop);
  /// Does `work` while nobody else changes the database.
  Status Alone(const Work& work, std::stop_token stop);
  Status ApplyMissing(const std::function<Status()>& still_ours,
                      Names& applied,
                      std::stop_token stop);
  Status MigrateLegacy(LegacyTables& legacy, Names& applied, std::stop_token stop);
  Result<std::vector<MigrationState>> Recorded(const Inventory& inventory, std::stop_token stop);
  Result<std::vector<MigrationState>> StatesIn(const Inventory& inventory, std::stop_token stop);
  bool IsWanted(const Migration& migration) const;
  static void ForgetDropped(std::vector<MigrationState>& states, const Inventory& inventory);
  enum class Statements { kThatMake, kThatFill };
  Status RunEach(const Migration& migration, Statements which, std::stop_token stop);
  Status Record(const std::vector<MigrationState>& applied, std::stop_token stop);
  Result<std::string> UndoLast(const std::function<Status()>& still_ours, std::stop_token stop);
  /// Undoes one statement of a migration.
  Status Undo(const std::string& statement,
              std::span<const Migration> before,
              LegacyTables& legacy,
              std::stop_token stop);
  /// Runs a statement of schema/, here or on the cluster.
  Status Run(std::string_view sql, std::stop_token stop);
  Result<Names> NamesOf(const std::string& query, std::stop_token stop);

  ClickHouseClient& client_;
  MigrationTools tools_;
  MigrationOptions options_;
};

}  // namespace polyhouse
