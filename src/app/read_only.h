#pragma once

#include <stop_token>

#include "adapters/clickhouse/clickhouse_client.h"
#include "app/environment.h"
#include "ports/result_reader.h"

namespace polyhouse {

/// What makes the engine, or the server, refuse every statement that changes something. A user who
/// may only read already may not set it again: then there is nothing to send.
Result<ClickHouseClient::Settings> ReadOnlySettings(const Environment& environment,
                                                    ClickHouseClient& client,
                                                    std::stop_token stop);

/// The tables for a command that only reads, whatever it is asked. The client must outlive it.
class ReadOnlyTables final : public ResultReader {
 public:
  ReadOnlyTables(ClickHouseClient& client, ClickHouseClient::Settings read_only)
      : client_(client), read_only_(std::move(read_only)) {}

  Result<std::string> Fetch(std::string_view sql, std::stop_token stop) override;
  Status Stream(std::string_view sql,
                const Settings& settings,
                const std::function<bool(std::string_view)>& on_bytes,
                std::stop_token stop) override;

 private:
  ClickHouseClient& client_;
  ClickHouseClient::Settings read_only_;
};

}  // namespace polyhouse
