#include "app/pipeline.h"

#include <chrono>
#include <optional>

#include "app/progress.h"
#include "app/role_threads.h"
#include "app/table_access.h"
#include "app/table_identity.h"

namespace polyhouse {
namespace {

constexpr std::chrono::milliseconds kLookAround{100};

/// All roles of one process. Ingesters and writers end on their own stop requests, so that writers
/// can outlast ingesters.
class AllRoles {
 public:
  AllRoles(const Environment& environment, PipelineOptions options)
      : environment_(environment), options_(std::move(options)) {}

  void Start(Streams& streams) {
    for (const ListingKind kind : options_.kinds) {
      ingest_threads_.Add(IngestRole(kind), [this, kind, &streams] {
        if (options_.ingest) return options_.ingest(kind, streams, stop_ingesters_.get_token());
        return RunIngester(kind, options_.mode, environment_, streams, stop_ingesters_.get_token());
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
  PipelineOptions options_;
  std::stop_source stop_ingesters_;
  std::stop_source stop_writers_;
  std::stop_source drain_;
  RoleThreads ingest_threads_{environment_.events};
  RoleThreads write_threads_{environment_.events};
};

}  // namespace

Status RunPipeline(const PipelineOptions& options,
                   const Environment& environment,
                   telemetry::Log& log,
                   std::stop_token stop) {
  std::vector<std::string> roles;
  for (const ListingKind kind : options.kinds) roles.push_back(IngestRole(kind));
  roles.emplace_back(kWriteRole);
  const auto streams = Streams::Open(environment, roles, stop);
  if (!streams) return streams.error();
  const auto tables = TableAccess::Open(environment, Patience::kForever, stop);
  if (!tables) return tables.error();
  if (auto status = (*tables)->Prepare(stop); !status) return status;

  const auto compare = [&] {
    return ForgetPositionsOfOtherTables(environment, **streams, **tables, stop);
  };
  if (auto status = (*tables)->Do(compare, stop); !status) return status;

  AllRoles all(environment, options);
  const Progress progress(log, environment.events);
  all.Start(**streams);
  return all.RunUntilDone(**tables, stop);
}

}  // namespace polyhouse
