#include "app/table_access.h"

#include <algorithm>

#include "adapters/clickhouse/server_check.h"
#include "adapters/http/curl_http_client.h"
#include "app/version.h"
#include "base/authority.h"

namespace polyhouse {
namespace {

constexpr int kEnginesTried = 5;
/// An engine that is asked to stop stops answering within about this time.
constexpr std::chrono::milliseconds kEngineChange{100};

bool IsThisMachine(const ClickHouseEndpoint& endpoint) {
  return IsLoopback(AuthorityOfUrl(endpoint.url));
}

BodyEncoding EncodingOf(const std::string& name, const std::vector<ClickHouseEndpoint>& endpoints) {
  if (name == "auto") {
    const bool near = std::all_of(endpoints.begin(), endpoints.end(), &IsThisMachine);
    return near ? BodyEncoding::kNone : BodyEncoding::kZstd;
  }
  if (name == "zstd") return BodyEncoding::kZstd;
  return name == "gzip" ? BodyEncoding::kGzip : BodyEncoding::kNone;
}

Result<std::vector<ClickHouseEndpoint>> Endpoints(const Config& config) {
  if (!config.clickhouse_url.empty()) return ParseClickHouseUrls(config.clickhouse_url.Reveal());
  return std::vector{ClickHouseEndpoint{.url = "http://" + config.clickhouse_host + ":" +
                                               std::to_string(config.clickhouse_port)}};
}

}  // namespace

Result<ClickHouseOptions> TableOptions(const Environment& environment) {
  const Config& config = environment.config;
  if (!HasClickHouse(config)) {
    return ClickHouseOptions{.unix_socket = environment.dir->engine_socket(),
                             .database = config.database};
  }
  auto endpoints = Endpoints(config);
  if (!endpoints) return std::move(endpoints).error();
  for (ClickHouseEndpoint& endpoint : *endpoints) {
    if (endpoint.user.empty()) endpoint.user = config.clickhouse_user;
    if (endpoint.password.empty()) endpoint.password = config.clickhouse_password;
  }
  auto settings = ParseClickHouseSettings(config.clickhouse_insert_settings);
  if (!settings) return std::move(settings).error().WithContext("clickhouse.insert_settings");
  if (auto status = CheckInsertSettings(*settings); !status) {
    return std::move(status).error().WithContext("clickhouse.insert_settings");
  }
  if (!config.clickhouse_cluster.empty()) {
    // Otherwise a distributed table answers before the shards have the rows.
    settings->emplace_back("distributed_foreground_insert", "1");
  }
  const BodyEncoding encoding = EncodingOf(config.clickhouse_compression, *endpoints);
  return ClickHouseOptions{.endpoints = std::move(*endpoints),
                           .database = config.database,
                           .insert_encoding = encoding,
                           .insert_settings = std::move(*settings),
                           .insert_timeout = config.clickhouse_timeout};
}

Status CheckSqlListen(const Config& config) {
  if (config.sql_listen.empty() || !HasClickHouse(config)) return Ok();
  return ConfigError(
      "sql_listen opens the built-in database, but the tables are on a ClickHouse server: leave it "
      "out, and connect to that server.");
}

std::unique_ptr<HttpClient> MakeTableHttp(const Environment& environment) {
  const Config& config = environment.config;
  return MakeCurlHttpClient(
      {.user_agent = "polyhouse/" + std::string(kVersion),
       .stall_timeout = std::chrono::duration_cast<std::chrono::seconds>(config.clickhouse_timeout),
       .ca_file = config.clickhouse_ca_file},
      environment.clock);
}

TableAccess::TableAccess(const Environment& environment, Patience patience)
    : environment_(environment), patience_(patience), http_(MakeTableHttp(environment)) {}

Result<std::unique_ptr<TableAccess>> TableAccess::Open(const Environment& environment,
                                                       Patience patience,
                                                       std::stop_token stop) {
  auto options = TableOptions(environment);
  if (!options) return std::move(options).error();
  std::unique_ptr<TableAccess> access(new TableAccess(environment, patience));
  access->client_ = std::make_unique<ClickHouseClient>(std::move(*options), *access->http_);
  if (auto status = access->Reach(std::move(stop)); !status) return std::move(status).error();
  return access;
}

Status TableAccess::Reach(std::stop_token stop) {
  if (HasClickHouse(environment_.config)) {
    // Outside the database, which may not be there yet.
    auto outside = TableOptions(environment_);
    if (!outside) return std::move(outside).error();
    outside->database.clear();
    ClickHouseClient server(std::move(*outside), *http_);
    const auto check = [&]() -> Status {
      const auto version = CheckClickHouseServer(server, stop);
      return version ? Ok() : Status(version.error());
    };
    return Do(check, stop);
  }
  // A role has an engine of its own: one that answers now may be a query's and end with it. Ours
  // waits for the directory until then.
  if (patience_ != Patience::kForever && client_->Ping(stop)) return Ok();
  own_ = std::make_unique<EngineProcess>(
      environment_.config, *environment_.dir, environment_.events, environment_.clock);
  // An engine that ends with a query is none for clients to rely on.
  if (patience_ == Patience::kForever) own_->ListenOn(environment_.config.sql_listen);
  return own_->Start(std::move(stop));
}

Status TableAccess::Do(const std::function<Status()>& work, std::stop_token stop) {
  // An engine of our own that has ended for good is not waited for.
  const auto work_or_reason = [&] {
    auto status = work();
    if (status || status.error().kind != ErrorKind::kTransient || patience_ == Patience::kFail)
      return status;
    const auto reason = failure();
    return reason ? Status(*reason) : status;
  };
  return WaitForServer(environment_, {"ClickHouse", patience_}, work_or_reason, std::move(stop));
}

Status PingEngine(const Environment& environment, std::stop_token stop) {
  auto options = TableOptions(environment);
  if (!options) return std::move(options).error();
  const auto http = MakeTableHttp(environment);
  return ClickHouseClient(std::move(*options), *http).Ping(std::move(stop));
}

Status WithTables(const Environment& environment,
                  const std::function<Status(TableAccess&)>& work,
                  const std::function<bool()>& may_repeat,
                  std::stop_token stop) {
  for (int left = kEnginesTried;; --left) {
    const auto tables = TableAccess::Open(environment, Patience::kFail, stop);
    auto status = tables ? work(**tables) : Status(tables.error());
    const bool gone = !status && status.error().kind == ErrorKind::kTransient;
    if (!gone || left == 1 || HasClickHouse(environment.config) || !may_repeat()) return status;
    environment.clock.SleepFor(kEngineChange, stop);
  }
}

std::optional<Error> TableAccess::failure() const {
  return own_ ? own_->failure() : std::nullopt;
}

Status TableAccess::Prepare(std::stop_token stop) {
  return Do([&] { return PrepareOnce(stop); }, stop);
}

Migrations TableAccess::MakeMigrations() {
  if (!pulse_) {
    pulse_http_ = MakeTableHttp(environment_);
    // It could be made before.
    pulse_ = std::make_unique<ClickHouseClient>(*TableOptions(environment_), *pulse_http_);
  }
  MigrationOptions options{.cluster = environment_.config.clickhouse_cluster,
                           .lock_timeout = environment_.config.schema_lock_timeout};
  if (environment_.config.schema_trades_by_wallet) options.wanted.insert("trades_by_wallet");
  if (environment_.config.schema_token_hours) options.wanted.insert("token_hours");
  if (environment_.config.schema_wallet_days) options.wanted.insert("wallet_days");
  if (environment_.config.schema_imports) options.wanted.insert("imports");
  return Migrations({*client_, *pulse_, environment_.events, environment_.clock},
                    std::move(options));
}

namespace {

/// What makes schema apply a migration that not everybody wants: " --schema-imports=true".
std::string FlagFor(const Migration& migration) {
  std::string option(OptionOf(migration.name));
  std::replace(option.begin(), option.end(), '_', '-');
  return option.empty() ? option : " --schema-" + option + "=true";
}

}  // namespace

Status TableAccess::PrepareOnce(std::stop_token stop) {
  // Only roles insert.
  if (patience_ == Patience::kForever) {
    if (auto status = client_->TryInsertSettings(stop); !status) return status;
  }
  Migrations migrations = MakeMigrations();
  if (!HasClickHouse(environment_.config)) {
    auto applied = migrations.Apply(std::move(stop));
    if (!applied) return std::move(applied).error();
    applied_ = std::move(*applied);
    return Ok();
  }
  const auto states = migrations.States(std::move(stop));
  if (!states) return states.error();
  std::size_t missing = 0;
  std::string flags;
  for (const MigrationState& state : *states) {
    if (!state.applied_at.empty()) continue;
    ++missing;
    flags += FlagFor(state.migration);
  }
  if (missing == 0) return Ok();
  return ConfigError("the database " + client_->database() + " lacks " + std::to_string(missing) +
                     " migrations of this version: run polyhouse schema apply" + flags);
}

}  // namespace polyhouse
