#pragma once

#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "adapters/clickhouse/clickhouse_client.h"
#include "app/legacy_tables.h"
#include "base/result.h"
#include "telemetry/pipeline_events.h"

namespace polyhouse {

/// A migration and whether the database has it.
struct MigrationState {
  std::string name;
  std::string sql;
  std::string checksum;
  std::string applied_at;  ///< Empty: not applied.
};

/// A table of an older system, and the statement that copies it.
struct LegacyPlan {
  LegacyTable table;
  std::string statement;
};

/// Numbered changes of the database, each applied once, in order, and never edited afterwards: the
/// database remembers a checksum of each in its table `polyhouse_migrations`.
class Migrations {
 public:
  /// With a cluster's name, tables are made on all its servers, replicated and distributed
  /// (cluster_ddl.h); empty: on one server.
  explicit Migrations(ClickHouseClient& client, std::string cluster = "")
      : client_(client), cluster_(std::move(cluster)) {}

  /// Every migration; one whose table or view is not there counts as missing. kConfig when the
  /// database has one that is unknown here (a newer program made it) or was edited.
  Result<std::vector<MigrationState>> States(std::stop_token stop);
  /// Makes the database if need be and applies what is missing, also tables and views that somebody
  /// has dropped; returns the names of what was applied. Safe to repeat after a crash at any point.
  Result<std::vector<std::string>> Apply(telemetry::PipelineEvents& events, std::stop_token stop);
  /// The tables of an older system that Apply would bring into our shape.
  Result<std::vector<LegacyPlan>> Legacy(std::stop_token stop);
  /// Undoes the last migration and returns its name: views are dropped; tables never are: the one
  /// of an older system comes back from its backup, ours is kept as `<name>_of_polyhouse`. kConfig
  /// when there is nothing to undo.
  Result<std::string> Rollback(std::stop_token stop);

 private:
  Status MigrateLegacy(telemetry::PipelineEvents& events,
                       std::vector<std::string>& applied,
                       std::stop_token stop);
  Result<std::vector<MigrationState>> Recorded(std::stop_token stop);
  Status ForgetDropped(std::vector<MigrationState>& states, std::stop_token stop);
  Status ApplyOne(const MigrationState& migration, std::stop_token stop);

  /// The statements that a migration runs here.
  std::vector<std::string> StatementsOf(std::string_view sql) const;

  ClickHouseClient& client_;
  std::string cluster_;
};

/// What the CREATE statements of a migration make: "markets", "markets_current".
std::vector<std::string> CreatedNames(std::span<const std::string> statements);

/// The statements of a migration, without comments that stand on lines of their own.
std::vector<std::string> SplitStatements(std::string_view sql);

}  // namespace polyhouse
