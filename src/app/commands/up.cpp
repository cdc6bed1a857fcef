#include <CLI/CLI.hpp>
#include <array>
#include <cstdio>

#include "app/commands/command.h"
#include "app/progress.h"
#include "app/role_threads.h"
#include "app/summary.h"
#include "app/table_access.h"
#include "app/table_identity.h"

namespace polyhouse {
namespace {

using std::chrono::milliseconds;

constexpr std::array kKinds = {ListingKind::kMarkets, ListingKind::kEvents};
constexpr milliseconds kLookAround{100};

struct UpOptions {
  bool once = false;
};

/// All roles of one process. Ingesters and writers end on their own stop requests, so that writers
/// can outlast ingesters.
class AllRoles {
 public:
  AllRoles(const Environment& environment, RunMode mode) : environment_(environment), mode_(mode) {}

  void Start(Streams& streams) {
    for (const ListingKind kind : kKinds) {
      ingest_threads_.Add(IngestRole(kind), [this, kind, &streams] {
        return RunIngester(kind, mode_, environment_, streams, stop_ingesters_.get_token());
      });
    }
    write_threads_.Add(kWriteRole, [this, &streams] {
      return RunWriters(environment_, streams, stop_writers_.get_token(), drain_.get_token());
    });
  }

  /// Returns when the ingesters have ended by themselves, a stop was requested, or something
  /// failed.
  Status RunUntilDone(const TableAccess& tables, std::stop_token stop) {
    while (!stop.stop_requested()) {
      if (ingest_threads_.WaitFor(kLookAround)) break;
      if (auto error = FirstFailure(tables)) return *error;
    }
    return Drain(tables, stop);
  }

  ~AllRoles() {
    stop_ingesters_.request_stop();
    stop_writers_.request_stop();
  }

 private:
  std::optional<Error> FirstFailure(const TableAccess& tables) const {
    if (auto error = ingest_threads_.failure()) return error;
    if (auto error = write_threads_.failure()) return error;
    return tables.failure();
  }

  /// Ends the ingesters, then the writers as soon as the streams are empty.
  Status Drain(const TableAccess& tables, std::stop_token stop) {
    stop_ingesters_.request_stop();
    ingest_threads_.Join();
    drain_.request_stop();
    std::optional<std::chrono::steady_clock::time_point> deadline;
    while (!write_threads_.WaitFor(kLookAround)) {
      if (auto error = FirstFailure(tables)) return *error;
      // Without a stop request there is all the time in the world.
      if (stop.stop_requested() && !deadline)
        deadline = SteadyNow() + environment_.config.drain_time;
      if (deadline && SteadyNow() > *deadline) break;
    }
    stop_writers_.request_stop();
    write_threads_.Join();
    if (auto error = FirstFailure(tables)) return *error;
    return Ok();
  }

  Environment environment_;
  RunMode mode_;
  std::stop_source stop_ingesters_;
  std::stop_source stop_writers_;
  std::stop_source drain_;
  RoleThreads ingest_threads_{environment_.events};
  RoleThreads write_threads_{environment_.events};
};

/// The address for SQL clients is that of the built-in database.
Status CheckSqlListen(const Config& config) {
  if (config.sql_listen.empty() || !HasClickHouse(config)) return Ok();
  return ConfigError(
      "sql_listen opens the built-in database, but the tables are on a ClickHouse server: leave it "
      "out, and connect to that server.");
}

Status Up(const UpOptions& options, CommandContext& context) {
  if (auto status = CheckSqlListen(context.config()); !status) return status;
  const auto dir = OpenDataDir(context.config(), DataDirUse::kMake);
  if (!dir) return dir.error();
  const Environment environment{context.config(), *dir, context.events, context.clock};
  const auto streams = Streams::Open(
      environment,
      {IngestRole(ListingKind::kMarkets), IngestRole(ListingKind::kEvents), kWriteRole},
      context.signals.stop_token());
  if (!streams) return streams.error();
  const auto stop = context.signals.stop_token();
  const auto tables = TableAccess::Open(environment, Patience::kForever, stop);
  if (!tables) return tables.error();
  if (auto status = (*tables)->Prepare(stop); !status) return status;

  const auto compare = [&] {
    return ForgetPositionsOfOtherTables(environment, **streams, **tables, stop);
  };
  if (auto status = (*tables)->Do(compare, stop); !status) return status;

  AllRoles roles(environment, options.once ? RunMode::kOnce : RunMode::kForever);
  const Progress progress(context.log, context.events);
  roles.Start(**streams);
  return roles.RunUntilDone(**tables, stop);
}

ExitCode RunUp(const UpOptions& options, CommandContext& context) {
  const auto started = SteadyNow();
  const Status status = Up(options, context);
  const bool stopped = context.signals.stop_token().stop_requested();
  if (!status && !(stopped && status.error().kind == ErrorKind::kStopping))
    return Fail(status.error());
  const auto elapsed = std::chrono::duration_cast<milliseconds>(SteadyNow() - started);
  std::fputs(Summary(context.events.Snapshot(), elapsed).c_str(), stderr);
  if (context.signals.interrupted()) return ExitCode::kInterrupted;
  if (!stopped || !options.once) return ExitCode::kDone;
  std::fputs("polyhouse: stopped before the end; the next run goes on from here.\n", stderr);
  return ExitCode::kFailed;
}

}  // namespace

void SetupUp(CLI::App& app, RunCommand& run) {
  auto options = std::make_shared<UpOptions>();
  auto* command = app.add_subcommand(
      "up", "Run everything: read markets and events, write them into the tables.");
  command->add_flag("--once",
                    options->once,
                    "Read both listings to their end, store everything, print a summary, exit.");
  command->callback([options, &run] {
    run = [options](CommandContext& context) { return RunUp(*options, context); };
  });
}

}  // namespace polyhouse
