#include "app/pipeline.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <optional>
#include <thread>

#include "app/chain_access.h"
#include "app/process_roles.h"
#include "app/progress.h"
#include "app/role_threads.h"
#include "app/table_access.h"
#include "app/table_checks.h"
#include "app/table_identity.h"
#include "app/trade_roles.h"

namespace polyhouse {
namespace {

constexpr std::chrono::milliseconds kLookAround{100};
/// How often a proof is begun whose tables go away.
constexpr int kProofs = 5;
/// Between looks whether a backfill is done, and between attempts to prove it.
constexpr std::chrono::seconds kProofPause{15};
constexpr std::chrono::seconds kLongestProofPause{3'600};

bool HasTrades(const PipelineOptions& options, const Environment& environment) {
  return options.trades && HasChain(environment.config);
}

bool HasAddresses(const PipelineOptions& options, const Environment& environment) {
  return HasTrades(options, environment) && environment.config.addresses_enabled;
}

bool HasActions(const PipelineOptions& options, const Environment& environment) {
  return HasTrades(options, environment) && environment.config.actions_enabled;
}

/// Where one process owns the streams: what a processor that was switched off has not read holds
/// nothing back. Switched on again, it goes through the tables.
Status EndSwitchedOff(const Environment& environment, Streams& streams) {
  if (HasRedis(environment.config)) return Ok();
  // Another process may play the role by itself.
  const auto lock = RoleLock::Take(*environment.dir, kAddressesProcessor.role());
  if (!lock) return Ok();
  const auto admin = streams.OpenAdmin();
  if (!admin) return admin.error();
  for (const auto& [stream, group] : kAddressesProcessor.inputs) {
    auto status =
        (*admin)->EndGroup(StreamName(std::string(stream)), GroupName(std::string(group)));
    if (!status) return status;
  }
  return Ok();
}

/// All roles of one process. Ingesters and writers end on their own stop requests, so that writers
/// can outlast ingesters.
class AllRoles {
 public:
  AllRoles(const Environment& environment, PipelineOptions options)
      : environment_(environment), options_(std::move(options)) {}

  void Start(Streams& streams) {
    for (const IngestedListing* listing : options_.listings) {
      ingest_threads_.Add(IngestRole(*listing), [this, listing, &streams] {
        const auto stop = stop_ingesters_.get_token();
        if (options_.ingest) return options_.ingest(*listing, streams, stop);
        return RunIngester(*listing, options_.mode, environment_, streams, stop);
      });
    }
    AddProcessor(kEnrichProcessor, streams);
    if (HasTrades(options_, environment_)) AddTrades(streams);
    if (HasActions(options_, environment_)) {
      ingest_threads_.Add(kActionsRole, [this, &streams] {
        return RunActionIngester(options_.mode, environment_, streams, stop_ingesters_.get_token());
      });
    }
    if (HasAddresses(options_, environment_)) AddProcessor(kAddressesProcessor, streams);
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
    stop_processors_.request_stop();
    stop_writers_.request_stop();
  }

 private:
  void AddTrades(Streams& streams) {
    ingest_threads_.Add(kFillsRole, [this, &streams] {
      return RunFillIngester(options_.mode, environment_, streams, stop_ingesters_.get_token());
    });
    AddProcessor(kTradesProcessor, streams);
  }

  void AddProcessor(const ProcessorKind& kind, Streams& streams) {
    process_threads_.Add(kind.role(), [this, &kind, &streams] {
      return RunProcessor(
          kind, environment_, streams, stop_processors_.get_token(), drain_processors_.get_token());
    });
  }

  std::optional<Error> FirstFailure(const TableAccess& tables) const {
    if (auto error = ingest_threads_.failure()) return error;
    if (auto error = process_threads_.failure()) return error;
    if (auto error = write_threads_.failure()) return error;
    return tables.failure();
  }

  /// Ends the ingesters, then the processors and then the writers as soon as their streams are
  /// empty.
  Status Drain(const TableAccess& tables, const std::stop_token& stop) {
    stop_ingesters_.request_stop();
    ingest_threads_.Join();
    std::optional<SteadyTime> deadline;
    drain_processors_.request_stop();
    if (auto error = Await(process_threads_, tables, stop, deadline)) return *error;
    stop_processors_.request_stop();
    process_threads_.Join();
    drain_.request_stop();
    if (auto error = Await(write_threads_, tables, stop, deadline)) return *error;
    stop_writers_.request_stop();
    write_threads_.Join();
    if (auto error = FirstFailure(tables)) return *error;
    return Ok();
  }

  /// Until these have ended, or the time is over that there is after a stop request; without one
  /// there is all the time in the world.
  std::optional<Error> Await(RoleThreads& threads,
                             const TableAccess& tables,
                             const std::stop_token& stop,
                             std::optional<SteadyTime>& deadline) const {
    while (!threads.WaitFor(kLookAround)) {
      if (auto error = FirstFailure(tables)) return error;
      if (stop.stop_requested() && !deadline) {
        deadline = SteadyNow() + environment_.config.drain_time;
      }
      if (deadline && SteadyNow() > *deadline) break;
    }
    return {};
  }

  Environment environment_;
  PipelineOptions options_;
  std::stop_source stop_ingesters_;
  std::stop_source stop_processors_;
  std::stop_source stop_writers_;
  std::stop_source drain_processors_;
  std::stop_source drain_;
  RoleThreads ingest_threads_{environment_.events};
  RoleThreads process_threads_{environment_.events};
  RoleThreads write_threads_{environment_.events};
};

using IngestedList = std::vector<const IngestedListing*>;

/// Those whose backfill is done and was not proved yet, or was found wanting.
Result<IngestedList> Unproved(const IngestedList& listings, Streams& streams) {
  const auto admin = streams.OpenAdmin();
  if (!admin) return admin.error();
  const auto states = (*admin)->States();
  if (!states) return states.error();
  const auto state = [&](const IngestedListing& listing, std::string_view suffix) {
    const auto found = states->find(listing.names().Key(suffix));
    return found == states->end() ? std::string() : found->second;
  };
  IngestedList unproved;
  for (const IngestedListing* listing : listings) {
    const std::string proof = state(*listing, kProofState);
    const bool is_proved = !proof.empty() && !proof.ends_with("wrong");
    if (state(*listing, kCursorState) == kDonePosition && !is_proved) unproved.push_back(listing);
  }
  return unproved;
}

/// The end of a run that read everything. What is found wrong is shown, and is a failure.
Status ProveAtTheEnd(const IngestedList& listings,
                     const Environment& environment,
                     Streams& streams,
                     TableAccess& tables,
                     const std::stop_token& stop) {
  const auto unproved = Unproved(listings, streams);
  if (!unproved) return unproved.error();
  if (unproved->empty()) return Ok();
  Findings findings;
  const auto ping = [&] { return tables.client().Ping(stop); };
  for (int left = kProofs;; --left) {
    findings = Findings();
    auto status = ProveBackfill(*unproved, environment, streams, tables, findings, stop);
    if (status) break;
    // The engine that answered may have been a query's, and ended with it.
    const bool is_gone = status.error().kind == ErrorKind::kTransient && left > 1 && !ping();
    if (!is_gone) return std::move(status).error().WithContext("proving the backfill");
    if (auto back = tables.Do(ping, stop); !back) return back;
  }
  if (findings.IsClean()) return Ok();
  std::fputs(findings.Text().c_str(), stderr);
  return RejectedError(
      "the tables do not hold all that the backfill should have brought; polyhouse verify --repair "
      "and polyhouse reconcile --repair fetch it");
}

/// Beside a pipeline that runs for ever: proves each backfill when it is done. One that is found
/// wanting is looked at again, the more rarely the longer that lasts.
void ProveWhenDone(const IngestedList& listings,
                   const Environment& environment,
                   Streams& streams,
                   const std::stop_token& stop) {
  auto pause = kProofPause;
  while (!stop.stop_requested()) {
    environment.clock.SleepFor(pause, stop);
    const auto unproved = Unproved(listings, streams);
    if (!unproved || unproved->empty() || stop.stop_requested()) continue;
    Findings findings;
    const auto prove = [&]() -> Status {
      const auto tables = TableAccess::Open(environment, Patience::kFail, stop);
      if (!tables) return tables.error();
      return ProveBackfill(*unproved, environment, streams, **tables, findings, stop);
    };
    const auto status = prove();
    if (!status && !stop.stop_requested()) environment.events.ProofPutOff(status.error());
    pause = status && findings.IsClean() ? kProofPause : std::min(2 * pause, kLongestProofPause);
  }
}

}  // namespace

Status RunPipeline(const PipelineOptions& options,
                   const Environment& environment,
                   telemetry::Log& log,
                   std::stop_token stop) {
  if (options.trades && environment.config.actions_enabled) {
    if (auto status = CheckHasChain(environment.config); !status) {
      return Error(status.error()).WithContext("actions.enabled");
    }
  }
  std::vector<std::string> roles;
  for (const IngestedListing* listing : options.listings) roles.push_back(IngestRole(*listing));
  roles.emplace_back(kWriteRole);
  roles.push_back(kEnrichProcessor.role());
  if (HasTrades(options, environment)) {
    roles.emplace_back(kFillsRole);
    roles.push_back(kTradesProcessor.role());
  }
  if (HasActions(options, environment)) roles.emplace_back(kActionsRole);
  if (HasAddresses(options, environment)) roles.push_back(kAddressesProcessor.role());
  const auto streams = Streams::Open(environment, roles, stop);
  if (!streams) return streams.error();
  const auto tables = TableAccess::Open(environment, Patience::kForever, stop);
  if (!tables) return tables.error();
  if (auto status = (*tables)->Prepare(stop); !status) return status;

  const auto compare = [&] {
    return ForgetPositionsOfOtherTables(environment, **streams, **tables, stop);
  };
  if (auto status = (*tables)->Do(compare, stop); !status) return status;

  if (!environment.config.addresses_enabled) {
    if (auto status = EndSwitchedOff(environment, **streams); !status) return status;
  }

  AllRoles all(environment, options);
  const Progress progress(log, environment.events);
  std::jthread proof;
  if (options.mode == RunMode::kForever) {
    proof = std::jthread([&](const std::stop_token& ending) {
      ProveWhenDone(options.listings, environment, **streams, ending);
    });
  }
  all.Start(**streams);
  if (options.on_started) options.on_started();
  if (auto status = all.RunUntilDone(**tables, stop); !status) return status;
  if (options.mode == RunMode::kForever || stop.stop_requested()) return Ok();
  return ProveAtTheEnd(options.listings, environment, **streams, **tables, stop);
}

}  // namespace polyhouse
