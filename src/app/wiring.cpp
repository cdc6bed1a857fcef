#include "app/wiring.h"

#include <algorithm>

#include "adapters/clickhouse/clickhouse_client.h"
#include "adapters/clickhouse/clickhouse_positions.h"
#include "adapters/files/zstd_page_archive.h"
#include "app/answers_thread.h"
#include "app/chain_access.h"
#include "app/paced_clients.h"
#include "app/play_role.h"
#include "app/role_threads.h"
#include "app/table_access.h"
#include "domain/order_fill.h"
#include "flow/write/passing_sink.h"
#include "flow/write/table_writer.h"

namespace polyhouse {
namespace {

constexpr std::chrono::milliseconds kLookAround{100};
constexpr std::chrono::milliseconds kPositionTimeout{3'000};
/// Of one lookup: the API answers longer URLs with 414.
constexpr std::size_t kMostIds = 100;

LaneSwitch SwitchOf(const LaneSettings& lane, const Config& config) {
  return {config.*lane.on, config.*lane.interval};
}

IngesterOptions OptionsOf(const IngestedListing& ingested, RunMode mode, const Config& config) {
  const bool by_offset = config.pagination == "offset";
  IngesterOptions options;
  options.mode = mode;
  options.backfill = config.*ingested.backfill;
  options.discover = SwitchOf(ingested.discover, config);
  options.refresh = SwitchOf(ingested.refresh, config);
  options.settle = SwitchOf(ingested.settle, config);
  // What the canary asks, the legacy listing does not know.
  options.canary = {config.canary_interval.count() > 0 && !by_offset, config.canary_interval};
  // What the legacy listing does not know either.
  options.tokens = {&ingested == &kIngestedMarkets && HasChain(config) && !by_offset,
                    config.markets_tokens_interval};
  options.settling = {{options.settle.interval, config.settle_give_up},
                      std::min<std::size_t>(config.page_size, kMostIds)};
  // An offset counts rows of the whole half.
  options.shape = config.backfill_shape == "whole" || by_offset ? BackfillShape::kWhole
                                                                : BackfillShape::kRanges;
  options.walkers =
      options.shape == BackfillShape::kWhole ? 1 : static_cast<std::uint32_t>(config.walkers);
  options.running.backoff = {config.retry_base, config.retry_cap};
  options.running.max_backlog = config.max_backlog;
  options.running.give_up_after = config.give_up_after;
  return options;
}

/// Null when nothing is to be kept.
Result<std::unique_ptr<PageArchive>> OpenArchive(const ListingType& type,
                                                 const Environment& environment) {
  const Config& config = environment.config;
  if (config.archive_dir.empty()) return std::unique_ptr<PageArchive>();
  return OpenZstdPageArchive({.directory = config.archive_dir,
                              .listing = std::string(type.names.ingester),
                              .file_bytes = config.archive_file_bytes},
                             environment.clock);
}

std::string IngesterDoing(const telemetry::Counts& counts, std::string_view name) {
  const auto found = counts.ingesters.find(name);
  const telemetry::Counts::Ingester done =
      found == counts.ingesters.end() ? telemetry::Counts::Ingester() : found->second;
  return std::to_string(done.pages) + " pages with " + std::to_string(done.records) +
         " records read, " + std::to_string(done.retries) + " requests repeated";
}

std::string WriterDoing(const telemetry::Counts& counts) {
  telemetry::Counts::Table done;
  for (const auto& [name, table] : counts.tables) {
    done.rows += table.rows;
    done.batches += table.batches;
    done.retries += table.retries;
  }
  return std::to_string(done.rows) + " rows in " + std::to_string(done.batches) +
         " batches stored, " + std::to_string(done.retries) + " inserts repeated";
}

/// How long after its close a settled record is looked at again; only the settle lane does, so
/// without it: never.
LookAgain LookAgainOf(const IngestedListing& ingested, const Config& config) {
  if (!(config.*ingested.settle.on)) return {};
  LookAgain looks = {config.look_again_first, config.look_again_second, config.look_again_last};
  std::erase(looks, std::chrono::milliseconds(0));
  std::sort(looks.begin(), looks.end());
  return looks;
}

/// An ingester with its adapters.
class IngesterRole {
 public:
  /// `claim` must outlive it.
  static Result<std::unique_ptr<IngesterRole>> Make(const IngestedListing& ingested,
                                                    RunMode mode,
                                                    const Environment& environment,
                                                    Streams& streams,
                                                    RoleClaim& claim);
  Status Run(std::stop_token stop) { return ingester_->Run(std::move(stop)); }
  bool was_set_back() const { return pages_->source().set_back().stop_requested(); }

 private:
  std::unique_ptr<RateStore> rates_;
  std::unique_ptr<RequestPacer> pacer_;
  std::unique_ptr<PageArchive> archive_;
  std::unique_ptr<StreamWriter> streams_;
  std::unique_ptr<PageStore> pages_;
  std::unique_ptr<Ingester> ingester_;
};

/// A table writer with its adapters.
class WriterRole {
 public:
  static Result<std::unique_ptr<WriterRole>> Make(const RecordType& type,
                                                  const Environment& environment,
                                                  Streams& streams);
  Status Run(std::stop_token stop, std::stop_token drain) {
    return writer_->Run(std::move(stop), std::move(drain));
  }

 private:
  /// Redis may lose a group; where it was is kept beside the tables. Over a connection of its own,
  /// because the trimmer's thread saves it.
  void KeepPositions(const ClickHouseOptions& tables, const Environment& environment) {
    positions_http_ = MakeTableHttp(environment);
    // A position that is not saved costs nothing but rows that come twice as the same rows: a
    // server that hangs must not keep this process from ending.
    ClickHouseOptions options = tables;
    options.query_timeout = kPositionTimeout;
    positions_client_ = std::make_unique<ClickHouseClient>(std::move(options), *positions_http_);
    positions_ = MakeClickHousePositions(*positions_client_, {});
  }

  std::unique_ptr<HttpClient> positions_http_;
  std::unique_ptr<ClickHouseClient> positions_client_;
  std::unique_ptr<PositionStore> positions_;
  std::unique_ptr<HttpClient> http_;
  std::unique_ptr<TableSink> sink_;
  std::unique_ptr<StreamReader> reader_;
  std::unique_ptr<StreamAdmin> admin_;
  std::unique_ptr<TableWriter> writer_;
};

Result<std::unique_ptr<IngesterRole>> IngesterRole::Make(const IngestedListing& ingested,
                                                         RunMode mode,
                                                         const Environment& environment,
                                                         Streams& place,
                                                         RoleClaim& claim) {
  const Config& config = environment.config;
  auto role = std::make_unique<IngesterRole>();
  auto rates = place.OpenRates();
  if (!rates) return std::move(rates).error();
  role->rates_ = std::move(*rates);
  role->pacer_ = MakePacer(ingested, environment, *role->rates_);
  auto archive = OpenArchive(ingested.type, environment);
  if (!archive) return std::move(archive).error();
  role->archive_ = std::move(*archive);
  auto streams = claim.OpenWriter();
  if (!streams) return std::move(streams).error();
  role->streams_ = std::move(*streams);
  role->pages_ = std::make_unique<PageStore>(ingested.type,
                                             *role->streams_,
                                             environment.clock,
                                             PageOptionsOf(ingested, config, role->archive_.get()));
  role->ingester_ = std::make_unique<Ingester>(
      OptionsOf(ingested, mode, config),
      [&environment,
       &type = ingested.type,
       pacer = role->pacer_.get(),
       archive = role->archive_.get()] { return OpenListing(type, environment, *pacer, archive); },
      *role->pages_,
      environment.events,
      environment.clock,
      JitterSeed());
  return role;
}

Result<std::unique_ptr<WriterRole>> WriterRole::Make(const RecordType& type,
                                                     const Environment& environment,
                                                     Streams& streams) {
  const Config& config = environment.config;
  const StreamName stream{std::string(type.stream)};
  auto role = std::make_unique<WriterRole>();
  role->http_ = MakeTableHttp(environment);
  auto tables = TableOptions(environment);
  if (!tables) return std::move(tables).error();
  const GroupName group{std::string(type.group)};
  if (HasRedis(config)) role->KeepPositions(*tables, environment);
  if (type.stream == OrderFill::kStream && !config.fills_keep_raw) {
    role->sink_ = std::make_unique<PassingSink>();
  } else {
    role->sink_ = std::make_unique<ClickHouseClient>(std::move(*tables), *role->http_);
  }
  auto reader = streams.OpenReader(stream, group, role->positions_.get());
  if (!reader) return std::move(reader).error();
  role->reader_ = std::move(*reader);
  auto admin = streams.OpenAdmin();
  if (!admin) return std::move(admin).error();
  role->admin_ = std::move(*admin);
  const TableWriterOptions options{
      .batch = {config.batch_rows, config.batch_bytes, config.batch_age},
      .claim_idle = config.claim_idle};
  const TableWriterTools tools{*role->reader_,
                               *role->admin_,
                               *role->sink_,
                               environment.events,
                               environment.clock,
                               role->positions_.get()};
  role->writer_ = MakeTableWriter(type, options, tools, JitterSeed());
  return role;
}

}  // namespace

PageStoreOptions PageOptionsOf(const IngestedListing& ingested,
                               const Config& config,
                               PageArchive* archive) {
  return {archive, LookAgainOf(ingested, config), config.events_cache};
}

Status RunIngester(const IngestedListing& ingested,
                   RunMode mode,
                   const Environment& environment,
                   Streams& streams,
                   std::stop_token stop) {
  const auto ingester = ingested.names().ingester;
  const Role role{IngestRole(ingested), IngestRole(ingested), [&environment, ingester] {
                    return IngesterDoing(environment.events.Snapshot(), ingester);
                  }};
  const auto turn = [&](RoleClaim& claim, std::stop_source& ending) -> Result<RoleEnd> {
    const auto player = IngesterRole::Make(ingested, mode, environment, streams, claim);
    if (!player) return player.error();
    const auto status = (*player)->Run(ending.get_token());
    return EndOfIngesting(
        status, ingester, (*player)->was_set_back(), claim, stop, environment.events);
  };
  return PlayRole(role, environment, streams, stop, turn);
}

Status RunWriters(const Environment& environment,
                  Streams& streams,
                  std::stop_token stop,
                  std::stop_token drain) {
  const Role role{kWriteRole, kWriteRole + (":" + streams.consumer()), [&environment] {
                    return WriterDoing(environment.events.Snapshot());
                  }};
  const auto turn = [&](RoleClaim& claim, std::stop_source& ending) -> Result<RoleEnd> {
    std::vector<std::unique_ptr<WriterRole>> writers;
    RoleThreads threads(environment.events);
    for (const RecordType& type : RecordTypes()) {
      auto writer = WriterRole::Make(type, environment, streams);
      if (!writer) return std::move(writer).error();
      writers.push_back(std::move(*writer));
    }
    const auto answers = AnswersThread::Start(environment);
    if (!answers) return answers.error();
    for (const auto& writer : writers) {
      threads.Add(kWriteRole, [&] { return writer->Run(ending.get_token(), drain); });
    }
    while (!threads.WaitFor(kLookAround)) {
      if (threads.failure()) ending.request_stop();
    }
    threads.Join();
    if (auto error = threads.failure()) return std::move(*error);
    if (!ending.stop_requested()) {
      if (auto status = (*answers)->Finish(ending.get_token()); !status) return status.error();
    }
    return claim.lost().stop_requested() ? RoleEnd::kAgain : RoleEnd::kDone;
  };
  return PlayRole(role, environment, streams, stop, turn);
}

}  // namespace polyhouse
