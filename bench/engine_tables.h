#pragma once

#include <memory>
#include <string>
#include <vector>

#include "adapters/clickhouse/clickhouse_client.h"
#include "adapters/http/curl_http_client.h"
#include "base/clock.h"
#include "support/polyhouse_program.h"

namespace polyhouse {

/// Our tables in the built-in engine, which runs as long as this, on a directory of its own. What
/// fails throws.
class EngineTables {
 public:
  /// `schema` are flags of `polyhouse schema apply`.
  explicit EngineTables(const std::vector<std::string>& schema = {});

  void Execute(const std::string& sql);
  std::string Fetch(const std::string& sql);
  /// Runs polyhouse, beside the engine.
  void Run(const std::vector<std::string>& arguments) const;

  ClickHouseClient& client() { return client_; }
  HttpClient& http() { return *http_; }
  std::string socket() const { return dir_ / "data/engine.sock"; }
  /// Where the engine can write, too.
  std::string tables_dir() const { return dir_ / "data/tables"; }
  /// A name for a file of the bench.
  std::string PathOf(const std::string& name) const { return dir_ / name; }

 private:
  ScratchDir dir_;
  Polyhouse polyhouse_{dir_ / "data"};
  SystemClock clock_;
  std::unique_ptr<HttpClient> http_ = MakeCurlHttpClient({}, clock_);
  ClickHouseClient client_{{.unix_socket = socket(), .database = "polymarket"}, *http_};
  std::unique_ptr<ChildProcess> engine_;
};

}  // namespace polyhouse
