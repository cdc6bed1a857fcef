#include "app/table_identity.h"

#include <algorithm>

#include "app/wiring.h"
#include "checks/stream_facts.h"
#include "checks/table_answer.h"

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

/// By a migration of its name, such as "0001_markets".
bool WasMade(const TableAccess& tables, std::string_view table) {
  return std::any_of(
      tables.applied().begin(), tables.applied().end(), [&](std::string_view migration) {
        return migration.substr(migration.find('_') + 1) == table;
      });
}

/// Everything that was read had reached the table, and it has nothing of it.
Result<bool> WasEmptied(const IngesterNames& names,
                        std::string_view table,
                        StreamAdmin& admin,
                        TableAccess& tables,
                        std::stop_token stop) {
  const auto states = admin.States();
  if (!states) return states.error();
  const auto read = states->find(names.Key(kOffsetState));
  if (read == states->end() || IdNumber(read->second) == 0) return false;
  const auto streams = admin.Overview();
  if (!streams) return streams.error();
  if (EntriesBehind(*streams, *streams) > 0) return false;
  const auto rows =
      AskNumber(tables.client(), "SELECT count() FROM " + std::string(table), std::move(stop));
  if (!rows) return rows.error();
  return *rows == 0;
}

}  // namespace

Status ForgetPositionsOfOtherTables(const Environment& environment,
                                    Streams& streams,
                                    TableAccess& tables,
                                    std::stop_token stop) {
  if (HasRedis(environment.config)) return Ok();
  const auto identity = IdentityOf(tables.client(), stop);
  if (!identity) return identity.error();
  const auto claim = streams.Claim(IngestRole(kIngestedMarkets), stop);
  if (!claim) return claim.error();
  const auto writer = (*claim)->OpenWriter();
  if (!writer) return writer.error();
  const auto known = (*writer)->State(kTablesKey);
  if (!known) return known.error();
  const bool others = known->has_value() && **known != *identity;

  const auto admin = streams.OpenAdmin();
  if (!admin) return admin.error();

  AppendTransaction forget{.set = {{kTablesKey, *identity}}};
  for (const ListingType* listing : Listings()) {
    const IngesterNames& names = listing->names;
    const std::string_view table = listing->records().table;
    const auto emptied = WasEmptied(names, table, **admin, tables, stop);
    if (!emptied) return emptied.error();
    if (!others && !*emptied && !(known->has_value() && WasMade(tables, table))) continue;
    for (const std::string_view position : names.positions) {
      forget.set.emplace_back(names.Key(position), "");
    }
    for (const std::string_view suffix : {kReplayedState, kReplayedLedgerState}) {
      const std::string key = names.Key(suffix);
      const auto files = (*writer)->Fields(key);
      if (!files) return files.error();
      for (const auto& [file, lines] : *files) forget.fields.push_back({key, file, std::nullopt});
    }
    const auto rows = (*writer)->Fields(names.Key(kRowsState));
    if (!rows) return rows.error();
    for (const auto& [id, text] : *rows) {
      forget.fields.push_back({names.Key(kRowsState), id, {}});
    }
    environment.events.PositionsForgotten(names.ingester);
  }
  if (!others && known->has_value() && forget.set.size() == 1) return Ok();
  forget.stream = StreamName(std::string(Market::kStream));
  return (*writer)->Append(forget);
}

}  // namespace polyhouse
