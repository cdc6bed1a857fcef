#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/clickhouse/answer_tail.h"
#include "adapters/clickhouse/body_encoder.h"
#include "base/result.h"
#include "base/secret.h"
#include "ports/bulk_tables.h"
#include "ports/http_client.h"
#include "ports/table_sink.h"

namespace polyhouse {

// Tables, reached through ClickHouse's HTTP interface: our own engine's Unix socket or a server's
// URL. Errors carry the server's own words, which begin with "Code: N"; error_class.h says what
// each code means for the caller.

/// One server, as `http://host:8123` or `https://host:8443`.
struct ClickHouseEndpoint {
  std::string url = "http://localhost";  ///< With a Unix socket only its path counts.
  std::string user{};                    ///< Empty: the server's default.
  Secret password{};
};

struct ClickHouseOptions {
  using Settings = std::vector<std::pair<std::string, std::string>>;

  /// At least one. When one fails, the next is asked; they are taken for one database, such as the
  /// replicas of a cluster.
  std::vector<ClickHouseEndpoint> endpoints{1};
  std::string unix_socket{};  ///< Empty: TCP.
  std::string database{};     ///< Empty: none; for statements that need none.
  BodyEncoding insert_encoding = BodyEncoding::kNone;
  Settings insert_settings{};  ///< Sent with every insert.
  std::chrono::milliseconds insert_timeout{300'000};
  /// Statements may read the tables and nothing else: our own engine gives them a reader's rights
  /// (engine/reader_names.h), a server is told to let nothing be changed.
  enum class Rights {
    kOwner,
    kReader,
    kStranger,  ///< Somebody else's text: our engine refuses it where it has no wall (wall.h).
  } rights = Rights::kOwner;
  /// Of everything else; zero: none, and the server may be silent as long as it works.
  std::chrono::milliseconds query_timeout{0};
};

/// Reads the setting clickhouse_url: URLs separated by commas, each with its user and password.
/// kConfig without repeating a password.
Result<std::vector<ClickHouseEndpoint>> ParseClickHouseUrls(std::string_view urls);

/// Reads "name=value,name=value". kConfig for anything else.
Result<ClickHouseOptions::Settings> ParseClickHouseSettings(std::string_view text);

/// kConfig for settings with which an insert would be answered before its rows are stored.
Status CheckInsertSettings(const ClickHouseOptions::Settings& settings);

/// Speaks to one ClickHouse. Used from one thread. `http` must outlive it.
class ClickHouseClient final : public TableSink, public BulkTables {
 public:
  using Settings = ClickHouseOptions::Settings;

  ClickHouseClient(ClickHouseOptions options, HttpClient& http)
      : options_(std::move(options)), encoder_(options_.insert_encoding), http_(http) {}

  Status Insert(const TableBatch& batch, std::stop_token stop) override;

  Status InsertText(const TextRows& rows, std::stop_token stop) override;
  Status Run(std::string_view sql, std::string_view tag, std::stop_token stop) override;

  /// kConfig when the server does not take the settings that are sent with every insert.
  Status TryInsertSettings(std::stop_token stop);

  /// Runs a statement and hands the result to `on_data` as it comes. `settings` are URL parameters,
  /// such as default_format. kRejected: the statement is at fault. An exception that comes in the
  /// middle of a result is an error here, and no part of what `on_data` gets.
  Status Query(std::string_view sql,
               const Settings& settings,
               const std::function<bool(std::string_view)>& on_data,
               std::stop_token stop);
  /// As Query, with the whole result.
  Result<std::string> Fetch(std::string_view sql, std::stop_token stop) override;
  /// Runs a statement that returns nothing that matters.
  Status Execute(std::string_view sql, std::stop_token stop);
  /// As Fetch, outside any database: for what must work before ours is made.
  Result<std::string> FetchOutside(std::string_view sql, std::stop_token stop);
  /// kTransient until the server answers.
  Status Ping(std::stop_token stop);

  const std::string& database() const { return options_.database; }

 private:
  Status SendInsert(Settings parameters,
                    std::span<const std::string_view> body,
                    const std::function<Status(const HttpResponse&)>& check_stored,
                    std::stop_token stop);
  HttpRequest RequestTo(const std::string& path, const Settings& parameters) const;
  Status ExecuteIn(const Settings& parameters, std::string_view sql, std::stop_token stop);
  Result<HttpResponse> Send(HttpRequest request,
                            const AnswerTail::OnData& on_data,
                            std::stop_token stop);
  void NoteFailure(const Error& error);

  ClickHouseOptions options_;
  BodyEncoder encoder_;
  HttpClient& http_;
  std::size_t endpoint_ = 0;  ///< The one that is asked now.
};

}  // namespace polyhouse
