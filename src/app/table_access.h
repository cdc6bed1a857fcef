#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>

#include "adapters/clickhouse/clickhouse_client.h"
#include "app/engine_process.h"
#include "app/environment.h"
#include "app/server_wait.h"
#include "ports/http_client.h"
#include "schema/migrations.h"

namespace polyhouse {

/// How the tables of these settings are reached: the embedded engine's socket, or a server. kConfig
/// when a URL or setting cannot be used.
Result<ClickHouseOptions> TableOptions(const Environment& environment);

/// kConfig when SQL clients are to be answered by the built-in database, and there is none.
Status CheckSqlListen(const Config& config);

/// The HTTP client for tables of these settings.
std::unique_ptr<HttpClient> MakeTableHttp(const Environment& environment);

class TableAccess;

/// Whether the built-in database runs: an engine answers on the data directory's socket within some
/// seconds. Else why not.
Status PingEngine(const Environment& environment, std::stop_token stop);

/// Opens the tables for a command that only reads, and does `work` with them. The engine that
/// answers may be that of another command and end with it: then it is tried again with the next,
/// unless `may_repeat` says no.
Status WithTables(const Environment& environment,
                  const std::function<Status(TableAccess&)>& work,
                  const std::function<bool()>& may_repeat,
                  std::stop_token stop);

/// A way to the tables, for a command or role: a server, the engine that `up` runs on the data
/// directory, or, when none answers, an engine of its own that ends with it. Used from one thread.
class TableAccess {
 public:
  /// The environment must outlive it. kConfig when a server is too old or refuses us.
  static Result<std::unique_ptr<TableAccess>> Open(const Environment& environment,
                                                   Patience patience,
                                                   std::stop_token stop);

  ClickHouseClient& client() { return *client_; }
  /// Of these tables; must not outlive them.
  Migrations MakeMigrations();
  /// Why the engine of its own has ended for good; empty while all is well, and without one.
  std::optional<Error> failure() const;
  /// Makes sure that the tables are those of this version: the embedded engine's are brought up to
  /// it; a server's must have been (kConfig: run polyhouse schema apply).
  Status Prepare(std::stop_token stop);
  /// Does something with the tables; with patience again and again until it succeeds, is stopped,
  /// or needs an operator.
  Status Do(const std::function<Status()>& work, std::stop_token stop);
  /// The migrations that Prepare has applied.
  const std::vector<std::string>& applied() const { return applied_; }

 private:
  TableAccess(const Environment& environment, Patience patience);

  Status Reach(std::stop_token stop);
  Status PrepareOnce(std::stop_token stop);

  Environment environment_;
  Patience patience_;
  std::unique_ptr<HttpClient> http_;
  std::unique_ptr<ClickHouseClient> client_;
  std::unique_ptr<HttpClient> pulse_http_;
  std::unique_ptr<ClickHouseClient> pulse_;  ///< Of the thread of a schema lock.
  std::unique_ptr<EngineProcess> own_;
  std::vector<std::string> applied_;
};

}  // namespace polyhouse
