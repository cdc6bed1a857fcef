#include "app/table_identity.h"

#include <algorithm>

#include "app/wiring.h"

namespace polyhouse {
namespace {

constexpr const char* kTablesKey = "state:tables";

/// The identity of a database that was made by us: its table of migrations is never replaced.
Result<std::string> IdentityOf(ClickHouseClient& client, std::stop_token stop) {
  auto uuid = client.Fetch(
      "SELECT toString(uuid) FROM system.tables WHERE database = currentDatabase() AND name = "
      "'polyhouse_migrations' FORMAT TabSeparated",
      std::move(stop));
  while (uuid && uuid->ends_with('\n')) uuid->pop_back();
  return uuid;
}

bool WasMade(const TableAccess& tables, std::string_view migration) {
  return std::find(tables.applied().begin(), tables.applied().end(), migration) !=
         tables.applied().end();
}

}  // namespace

Status ForgetPositionsOfOtherTables(const Environment& environment,
                                    Streams& streams,
                                    TableAccess& tables,
                                    std::stop_token stop) {
  if (HasRedis(environment.config)) return Ok();
  const auto identity = IdentityOf(tables.client(), stop);
  if (!identity) return identity.error();
  const auto claim = streams.Claim(IngestRole(ListingKind::kMarkets), stop);
  if (!claim) return claim.error();
  const auto writer = (*claim)->OpenWriter();
  if (!writer) return writer.error();
  const auto known = (*writer)->State(kTablesKey);
  if (!known) return known.error();
  const bool others = known->has_value() && **known != *identity;

  AppendTransaction forget{.set = {{kTablesKey, *identity}}};
  for (const auto& [kind, migration] :
       {std::pair(ListingKind::kMarkets, "0001_markets"),
        std::pair(ListingKind::kEvents, "0002_polymarket_events")}) {
    if (!others && !(known->has_value() && WasMade(tables, migration))) continue;
    const IngesterNames& names = NamesOf(kind);
    for (const char* suffix : {"_cursor", "_newest_id"}) {
      forget.set.emplace_back(std::string(names.state_key) + suffix, "");
    }
    for (const char* suffix : {"_replayed", "_replayed_ledger"}) {
      const std::string key = std::string(names.state_key) + suffix;
      const auto files = (*writer)->Fields(key);
      if (!files) return files.error();
      for (const auto& [file, lines] : *files) forget.fields.push_back({key, file, std::nullopt});
    }
    const auto rows = (*writer)->Fields(std::string(names.state_key) + "_rows");
    if (!rows) return rows.error();
    for (const auto& [id, text] : *rows) {
      forget.fields.push_back({std::string(names.state_key) + "_rows", id, {}});
    }
    environment.events.PositionsForgotten(names.ingester);
  }
  if (!others && known->has_value() && forget.set.size() == 1) return Ok();
  forget.stream = StreamName(std::string(kMarketsNames.stream));
  return (*writer)->Append(forget);
}

}  // namespace polyhouse
