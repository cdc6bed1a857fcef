#include "app/wiring.h"

#include <random>

#include "adapters/clickhouse/clickhouse_client.h"
#include "adapters/http/curl_http_client.h"
#include "adapters/sqlite/sqlite_streams.h"
#include "app/version.h"

namespace polyhouse {
namespace {

CurlOptions HttpOptions(const Config& config) {
  return {.user_agent = "polyhouse/" + std::string(kVersion),
          .stall_timeout = std::chrono::duration_cast<std::chrono::seconds>(config.stall_timeout)};
}

IngesterOptions OptionsOf(ListingKind kind, RunMode mode, const Config& config) {
  const bool markets = kind == ListingKind::kMarkets;
  return {.mode = mode,
          .backoff = {config.retry_base, config.retry_cap},
          .discover_interval =
              markets ? config.markets_discover_interval : config.events_discover_interval,
          .backfill = markets ? config.markets_backfill : config.events_backfill,
          .discover = markets ? config.markets_discover : config.events_discover,
          .max_backlog = config.max_backlog,
          .give_up_after = config.give_up_after};
}

std::unique_ptr<Listing> MakeListing(ListingKind kind, ListingOptions options, HttpClient& http) {
  return kind == ListingKind::kMarkets ? MakeMarketsListing(std::move(options), http)
                                       : MakeEventsListing(std::move(options), http);
}

std::uint64_t JitterSeed() {
  return std::random_device()();
}

}  // namespace

const IngesterNames& NamesOf(ListingKind kind) {
  return kind == ListingKind::kMarkets ? kMarketsNames : kEventsNames;
}

Result<std::unique_ptr<IngesterRole>> IngesterRole::Make(ListingKind kind,
                                                         RunMode mode,
                                                         const Environment& environment) {
  const Config& config = environment.config;
  auto role = std::make_unique<IngesterRole>();
  role->http_ = MakeCurlHttpClient(HttpOptions(config), environment.clock);
  role->listing_ = MakeListing(kind,
                               {.base_url = config.gamma_url,
                                .page_size = config.page_size,
                                .request_timeout = config.request_timeout,
                                .legacy_offset = config.pagination == "offset"},
                               *role->http_);
  auto streams = OpenSqliteStreamWriter(environment.dir.streams_file());
  if (!streams) return std::move(streams).error();
  role->streams_ = std::move(*streams);
  role->pages_ = std::make_unique<PageStore>(NamesOf(kind), *role->streams_, environment.clock);
  role->ingester_ =
      std::make_unique<Ingester>(OptionsOf(kind, mode, config),
                                 LaneTools{*role->listing_, *role->pages_, environment.events},
                                 environment.clock,
                                 JitterSeed());
  return role;
}

Result<std::unique_ptr<WriterRole>> WriterRole::Make(ListingKind kind,
                                                     const Environment& environment) {
  const Config& config = environment.config;
  const IngesterNames& names = NamesOf(kind);
  const StreamName stream{std::string(names.stream)};
  auto role = std::make_unique<WriterRole>();
  role->http_ = MakeCurlHttpClient(HttpOptions(config), environment.clock);
  role->sink_ = std::make_unique<ClickHouseClient>(
      ClickHouseOptions{.unix_socket = environment.dir.engine_socket(),
                        .database = config.database},
      *role->http_);
  auto reader = OpenSqliteStreamReader({.path = environment.dir.streams_file(),
                                        .stream = stream,
                                        .group = GroupName(std::string(names.group)),
                                        .consumer = ConsumerName(config.consumer.empty() ? "writer-1" : config.consumer)},
                                       environment.clock);
  if (!reader) return std::move(reader).error();
  role->reader_ = std::move(*reader);
  auto admin = OpenStreamAdmin(environment.dir);
  if (!admin) return std::move(admin).error();
  role->admin_ = std::move(*admin);
  const TableWriterOptions options{
      .stream = stream,
      .batch = {config.batch_rows, config.batch_bytes, config.batch_age},
      .claim_idle = config.claim_idle};
  const TableWriterTools tools{
      *role->reader_, *role->admin_, *role->sink_, environment.events, environment.clock};
  role->writer_ = kind == ListingKind::kMarkets ? MakeMarketsWriter(options, tools, JitterSeed())
                                                : MakeEventsWriter(options, tools, JitterSeed());
  return role;
}

std::unique_ptr<Listing> MakeOfflineListing(ListingKind kind, HttpClient& http) {
  return MakeListing(kind, {}, http);
}

Result<std::unique_ptr<StreamAdmin>> OpenStreamAdmin(const DataDir& dir) {
  return OpenSqliteStreamAdmin(dir.streams_file());
}

}  // namespace polyhouse
