#include "adapters/clickhouse/clickhouse_positions.h"

#include <cstdio>

namespace polyhouse {
namespace {

class ClickHousePositions final : public PositionStore {
 public:
  ClickHousePositions(ClickHouseClient& client, std::stop_token stop)
      : client_(client), stop_(std::move(stop)) {}

  Result<std::optional<EntryId>> Load(const StreamName& stream, const GroupName& group) override {
    // The highest, not the newest: a position never goes back.
    const auto text =
        client_.Fetch("SELECT high, low FROM stream_positions WHERE stream = '" + stream.value() +
                          "' AND consumer_group = '" + group.value() +
                          "' ORDER BY high DESC, low DESC LIMIT 1 FORMAT TabSeparated",
                      stop_);
    if (!text) return text.error();
    unsigned long long high = 0;
    unsigned long long low = 0;
    // NOLINTNEXTLINE(cert-err34-c): two numbers of the database's own; no row is no match.
    if (std::sscanf(text->c_str(), "%llu\t%llu", &high, &low) != 2) return std::optional<EntryId>();
    return std::optional(EntryId{high, low});
  }

  Status Save(const StreamName& stream, const GroupName& group, const EntryId& position) override {
    return client_.Execute("INSERT INTO stream_positions VALUES ('" + stream.value() + "', '" +
                               group.value() + "', " + std::to_string(position.high) + ", " +
                               std::to_string(position.low) + ")",
                           stop_);
  }

 private:
  ClickHouseClient& client_;
  std::stop_token stop_;
};

}  // namespace

std::unique_ptr<PositionStore> MakeClickHousePositions(ClickHouseClient& client,
                                                       std::stop_token stop) {
  return std::make_unique<ClickHousePositions>(client, std::move(stop));
}

}  // namespace polyhouse
