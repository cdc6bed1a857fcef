#include <cstdio>

#include "app/commands/command.h"
#include "app/table_access.h"
#include "schema/cluster_ddl.h"
#include "schema/migration_text.h"
#include "schema/migrations.h"

namespace polyhouse {
namespace {

using SchemaAction = Status (*)(Migrations& migrations, CommandContext& context);

Status Plan(Migrations& migrations, CommandContext& context) {
  const auto legacy = migrations.Legacy(context.signals.stop_token());
  if (!legacy) return legacy.error();
  const auto states = migrations.States(context.signals.stop_token());
  if (!states) return states.error();
  for (const LegacyPlan& plan : *legacy) {
    const LegacyTable& table = plan.table;
    std::printf(
        "-- %s: a table of an older %s (%s ORDER BY %s, %llu rows). It is copied into a new "
        "table, counts and checksums are compared, the two change places, and the old one is "
        "%s:\n%s;\n\n",
        table.name.c_str(),
        table.is_ours ? "version" : "system",
        table.engine.c_str(),
        table.sorting_key.c_str(),
        static_cast<unsigned long long>(table.rows),
        table.is_ours ? "dropped" : ("kept as " + table.name + "_before_polyhouse").c_str(),
        plan.statement.c_str());
  }
  std::size_t missing = 0;
  for (const MigrationState& state : *states) {
    if (!state.applied_at.empty()) continue;
    ++missing;
    std::printf(
        "-- %s: to be applied\n%s\n", state.migration.name.c_str(), state.migration.sql.c_str());
  }
  std::fprintf(stderr,
               missing == 0 ? "The database is up to date.\n"
                            : "%zu migrations are missing; polyhouse schema apply applies them.\n",
               missing);
  return Ok();
}

Status Apply(Migrations& migrations, CommandContext& context) {
  const auto applied = migrations.Apply(context.signals.stop_token());
  if (!applied) return applied.error();
  std::fprintf(stderr, "%zu migrations applied.\n", applied->size());
  return Ok();
}

Status Rollback(Migrations& migrations, CommandContext& context) {
  const auto name = migrations.Rollback(context.signals.stop_token());
  if (!name) return name.error();
  std::fprintf(
      stderr,
      "%s is undone: its tables are kept as <name>_of_polyhouse and its columns where they "
      "are, and a table of an older system is back under its name.\n",
      name->c_str());
  return Ok();
}

Status Show(Migrations& migrations, CommandContext& context) {
  const auto states = migrations.States(context.signals.stop_token());
  if (!states) return states.error();
  for (const MigrationState& state : *states) {
    std::printf("%-28s %s\n",
                state.migration.name.c_str(),
                state.applied_at.empty() ? "missing" : state.applied_at.c_str());
  }
  return Ok();
}

Status WithMigrations(SchemaAction action, CommandContext& context) {
  const auto dir =
      OpenDataDir(context.config(), action == &Apply ? DataDirUse::kMake : DataDirUse::kLook);
  if (!dir) return dir.error();
  const Environment environment{context.config(), *dir, context.events, context.clock};
  const auto stop = context.signals.stop_token();
  const auto tables = TableAccess::Open(environment, Patience::kAWhile, stop);
  if (!tables) return tables.error();
  Migrations migrations = (*tables)->MakeMigrations();
  // Repeated after an answer that was lost, a rollback would undo one migration more.
  if (action == &Rollback) return action(migrations, context);
  return (*tables)->Do([&] { return action(migrations, context); }, stop);
}

ExitCode RunSchema(SchemaAction action, CommandContext& context) {
  context.KeepQuiet();
  const Status status = WithMigrations(action, context);
  return status ? ExitCode::kDone : Fail(status.error());
}

ExitCode PrintDdl(CommandContext& context) {
  const std::string& cluster = context.config().clickhouse_cluster;
  for (const Migration& migration : ReadMigrations()) {
    if (cluster.empty()) {
      std::printf("-- schema/%s.sql\n%s\n", migration.name.c_str(), migration.sql.c_str());
      continue;
    }
    std::printf("-- schema/%s.sql, for the cluster %s\n", migration.name.c_str(), cluster.c_str());
    for (const std::string& statement :
         ClusterStatements(SplitStatements(migration.sql), cluster)) {
      std::printf("%s;\n\n", statement.c_str());
    }
  }
  return ExitCode::kDone;
}

Command ActionCommand(const char* name, const char* help, SchemaAction action) {
  return {.name = name, .help = help, .run = [action](CommandContext& context) {
            return RunSchema(action, context);
          }};
}

}  // namespace

Command SchemaCommand() {
  return {
      .name = "schema",
      .help = "Look at the tables' definition and bring a database up to it.",
      .group = kRoles,
      .example = "polyhouse schema apply",
      .settings = {"clickhouse_url", "database", "cluster", "schema."},
      .subcommands =
          {ActionCommand("plan", "Show what apply would do, without doing it.", &Plan),
           ActionCommand("apply", "Apply the migrations that are missing.", &Apply),
           ActionCommand("rollback", "Undo the last migration; no table is dropped.", &Rollback),
           ActionCommand("status", "List the migrations and when each was applied.", &Show),
           {.name = "ddl", .help = "Print every statement, without a database.", .run = &PrintDdl}},
  };
}

}  // namespace polyhouse
