#include "app/repair_session.h"

#include <algorithm>
#include <cstdio>

#include "app/chain_access.h"
#include "app/process_roles.h"
#include "app/role_threads.h"
#include "app/trade_roles.h"
#include "app/vital_signs.h"
#include "app/wiring.h"
#include "flow/fills/block_book.h"
#include "flow/fills/fill_store.h"

namespace polyhouse {

Result<std::unique_ptr<RepairSession>> RepairSession::Open(const Environment& environment,
                                                           Streams& streams,
                                                           Retrier& retrier) {
  const Config& config = environment.config;
  auto session = std::make_unique<RepairSession>();
  auto writer = streams.OpenToolWriter();
  if (!writer) return std::move(writer).error();
  session->writer_ = std::move(*writer);
  auto markets = PacedListing::Open(kIngestedMarkets, environment, streams);
  if (!markets) return std::move(markets).error();
  session->markets_ = std::move(*markets);
  auto events = PacedListing::Open(kIngestedEvents, environment, streams);
  if (!events) return std::move(events).error();
  session->events_ = std::move(*events);
  auto http = PacedHttp::Open(RouteOf(kIngestedEvents), environment, streams);
  if (!http) return std::move(http).error();
  session->http_ = std::move(*http);
  session->event_lookup_ = std::make_unique<EventLookup>(
      config.gamma_url, config.request_timeout, session->http_->http());
  session->market_pages_ =
      std::make_unique<PageStore>(kMarketListing,
                                  *session->writer_,
                                  environment.clock,
                                  PageOptionsOf(kIngestedMarkets, config, nullptr));
  session->event_pages_ =
      std::make_unique<PageStore>(kEventListing,
                                  *session->writer_,
                                  environment.clock,
                                  PageOptionsOf(kIngestedEvents, config, nullptr));
  for (PageStore* pages : {session->market_pages_.get(), session->event_pages_.get()}) {
    if (auto status = pages->Load(); !status) return std::move(status).error();
  }
  session->repair_ = std::make_unique<Repair>(
      RepairedListing{session->markets_->listing(), *session->market_pages_},
      RepairedListing{session->events_->listing(), *session->event_pages_},
      *session->event_lookup_,
      retrier);
  return session;
}

std::string RepairSession::Summary() const {
  const RepairCounts& counts = repair_->counts();
  std::string text = "Repair: " + std::to_string(counts.records) + " records fetched with " +
                     std::to_string(counts.requests) + " requests.";
  if (counts.unknown > 0) {
    text += " " + std::to_string(counts.unknown) + " ids are unknown to the API.";
  }
  if (counts.refused > 0) {
    text += " Of " + std::to_string(counts.refused) +
            " holes the API does not take the cursor any more.";
  }
  if (counts.set_back > 0) {
    text += " " + std::to_string(counts.set_back) +
            " listings are to be read again from their beginning: a running ingester does so by "
            "itself; where none runs, start polyhouse up.";
  }
  return text;
}

namespace {

bool HasRead(const ProcessorInput& input, const std::vector<StreamOverview>& streams) {
  return std::any_of(streams.begin(), streams.end(), [&](const StreamOverview& stream) {
    return stream.stream.value() == input.stream &&
           std::any_of(stream.groups.begin(), stream.groups.end(), [&](const auto& group) {
             return group.group.value() == input.group;
           });
  });
}

/// Those that have ever read these streams and make what is checked: what they have not read yet is
/// behind.
Result<std::vector<const ProcessorKind*>> ProcessorsOf(Streams& streams) {
  const auto admin = streams.OpenAdmin();
  if (!admin) return admin.error();
  const auto overview = (*admin)->Overview();
  if (!overview) return overview.error();
  std::vector<const ProcessorKind*> kinds;
  for (const ProcessorKind* kind : ProcessorKinds()) {
    if (!kind->is_optional && HasRead(kind->inputs.front(), *overview)) kinds.push_back(kind);
  }
  return kinds;
}

/// Runs the processors until they have nothing left to do, beside writers, which some of them need.
Status Drain(const Environment& environment,
             Streams& streams,
             const std::vector<const ProcessorKind*>& processors,
             const std::stop_token& stop) {
  std::stop_source drain_writers;
  RoleThreads writers(environment.events);
  writers.Add(kWriteRole,
              [&] { return RunWriters(environment, streams, stop, drain_writers.get_token()); });
  std::stop_source drain;
  drain.request_stop();
  Status status = Ok();
  for (const ProcessorKind* kind : processors) {
    if (status) status = RunProcessor(*kind, environment, streams, stop, drain.get_token());
  }
  drain_writers.request_stop();
  writers.Join();
  if (!status) return status;
  const auto failure = writers.failure();
  return failure ? Status(*failure) : Ok();
}

/// An ingester of the chain, and what stands between it and the tables.
struct ChainReader {
  const char* role;
  const IngesterNames& (*names)();
  Status (*run)(RunMode, const Environment&, Streams&, std::stop_token);
  std::vector<const ProcessorKind*> processors;
};

/// Whether somebody plays this role just now.
Result<bool> IsPlayed(const char* wanted, Streams& streams) {
  const auto roles = streams.OpenPresence()->All();
  if (!roles) return roles.error();
  return std::any_of(roles->begin(), roles->end(), [&](const RolePresence& role) {
    return role.role == wanted && IsAlive(role);
  });
}

/// Ranges as few as possible, so that each is read by one run.
std::vector<BlockRange> Joined(std::span<const BlockRange> ranges) {
  BlockBook book;
  for (const BlockRange& range : ranges) book.MarkRead(range);
  return book.Read();
}

Status Ingest(const ChainReader& reader,
              const BlockRange& range,
              const Environment& environment,
              Streams& streams,
              const std::stop_token& stop) {
  Config config = environment.config;
  config.fills_from = std::to_string(range.from);
  config.fills_to = std::to_string(range.to);
  config.fills_backfill = true;
  const Environment own{config, environment.dir, environment.events, environment.clock};
  return reader.run(RunMode::kBackfill, own, streams, stop);
}

Status ReadAgain(const ChainReader& reader,
                 std::span<const BlockRange> ranges,
                 const Environment& environment,
                 Streams& streams,
                 const std::stop_token& stop) {
  if (ranges.empty()) return Ok();
  const auto writer = streams.OpenToolWriter();
  if (!writer) return writer.error();
  FillStore store(**writer, environment.clock, reader.names());
  if (auto status = store.Load(); !status) return status;
  if (auto status = store.ReadAgain(ranges); !status) return status;
  const auto is_ingested = IsPlayed(reader.role, streams);
  if (!is_ingested) return is_ingested.error();
  if (*is_ingested || !HasChain(environment.config)) {
    std::fprintf(stderr,
                 "%zu ranges of blocks are to be read again: a running ingester does so by itself; "
                 "where none runs, start polyhouse up.\n",
                 ranges.size());
    return Ok();
  }
  const auto config = ToolConfig(environment, "repair", stop);
  if (!config) return config.error();
  const Environment own{*config, environment.dir, environment.events, environment.clock};
  std::vector<std::string> names = {reader.role, kWriteRole};
  for (const ProcessorKind* processor : reader.processors) names.push_back(processor->role());
  const auto roles = Streams::Open(own, names, stop);
  if (!roles) return roles.error();
  for (const BlockRange& range : Joined(ranges)) {
    if (auto status = Ingest(reader, range, own, **roles, stop); !status) return status;
  }
  return Drain(own, **roles, reader.processors, stop);
}

}  // namespace

Status ReadFillsAgain(std::span<const BlockRange> ranges,
                      const Environment& environment,
                      Streams& streams,
                      const std::stop_token& stop) {
  const ChainReader reader{kFillsRole, &FillNames, &RunFillIngester, {&kTradesProcessor}};
  return ReadAgain(reader, ranges, environment, streams, stop);
}

Status ReadActionsAgain(std::span<const BlockRange> ranges,
                        const Environment& environment,
                        Streams& streams,
                        const std::stop_token& stop) {
  const ChainReader reader{kActionsRole, &ActionNames, &RunActionIngester, {}};
  return ReadAgain(reader, ranges, environment, streams, stop);
}

Status WriteStreams(const Environment& environment, std::stop_token stop) {
  const auto config = ToolConfig(environment, "repair", stop);
  if (!config) return config.error();
  const Environment own{*config, environment.dir, environment.events, environment.clock};
  std::vector<std::string> roles = {kWriteRole};
  for (const ProcessorKind* kind : ProcessorKinds()) {
    if (!kind->is_optional) roles.push_back(kind->role());
  }
  const auto streams = Streams::Open(own, roles, stop);
  if (!streams) {
    // On a data directory one process writes: it does so now.
    return streams.error().kind == ErrorKind::kConfig && !HasRedis(*config)
               ? Ok()
               : Status(streams.error());
  }
  const auto processors = ProcessorsOf(**streams);
  if (!processors) return processors.error();
  return Drain(own, **streams, *processors, stop);
}

}  // namespace polyhouse
