#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "ports/http_client.h"
#include "ports/table_sink.h"

namespace polyhouse {

// Tables, reached through ClickHouse's HTTP interface: our own engine's Unix socket or a server's
// URL. Errors carry the server's own words, which begin with "Code: N"; error_class.h says what
// each code means for the caller.

struct ClickHouseOptions {
  std::string url = "http://localhost";  ///< With a Unix socket only its path counts.
  std::string unix_socket;               ///< Empty: TCP.
  std::string database;
  std::string user;  ///< Empty: the server's default.
  Secret password;
  std::chrono::milliseconds insert_timeout{300'000};
};

/// Speaks to one ClickHouse. Used from one thread. `http` must outlive it.
class ClickHouseClient final : public TableSink {
 public:
  ClickHouseClient(ClickHouseOptions options, HttpClient& http)
      : options_(std::move(options)), http_(http) {}

  using Settings = std::vector<std::pair<std::string, std::string>>;

  Status Insert(const TableBatch& batch, std::stop_token stop) override;

  /// Runs a statement and hands the result to `on_data` as it comes. `settings` are URL parameters,
  /// such as default_format. kRejected: the statement is at fault.
  Status Query(std::string_view sql,
               const Settings& settings,
               const std::function<bool(std::string_view)>& on_data,
               std::stop_token stop);
  /// As Query, with the whole result.
  Result<std::string> Fetch(std::string_view sql, std::stop_token stop);
  /// Runs a statement that returns nothing, outside any database when `database` is false.
  Status Execute(std::string_view sql, std::stop_token stop);
  /// Makes the database if it does not exist.
  Status CreateDatabase(std::stop_token stop);
  /// kTransient until the server answers.
  Status Ping(std::stop_token stop);

 private:
  HttpRequest RequestTo(const std::string& path, const Settings& parameters) const;
  Result<HttpResponse> Send(const HttpRequest& request, std::stop_token stop);

  ClickHouseOptions options_;
  HttpClient& http_;
};

}  // namespace polyhouse
