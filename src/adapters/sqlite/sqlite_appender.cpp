#include "adapters/sqlite/sqlite_appender.h"

#include "adapters/sqlite/sqlite_cache.h"
#include "adapters/sqlite/sqlite_schema.h"

namespace polyhouse {
namespace {

/// How many more rows than entries the stream has got. Begins anew when all is trimmed: only
/// differences count.
Result<std::int64_t> ExtraRows(SqliteDatabase& database, const std::string& table) {
  auto find = database.Prepare("SELECT extra FROM " + table + " ORDER BY id DESC LIMIT 1");
  if (!find) return std::move(find).error();
  const auto row = find->Step();
  if (!row) return row.error();
  return *row ? find->Integer(0) : 0;
}

Status InsertEntries(SqliteDatabase& database,
                     const StreamName& stream,
                     const std::vector<NewEntry>& entries) {
  if (entries.empty()) return Ok();
  const auto table = EntriesTable(database, stream);
  if (!table) return table.error();
  auto extra = ExtraRows(database, *table);
  if (!extra) return extra.error();
  auto insert = database.Prepare("INSERT INTO " + *table +
                                 " (timestamp, version, data, rows, extra) VALUES (?, ?, ?, ?, ?)");
  if (!insert) return std::move(insert).error();
  for (const NewEntry& entry : entries) {
    const std::int64_t rows = entry.rows;
    *extra += rows - 1;
    insert->Bind(entry.timestamp)
        .Bind(std::int64_t{entry.version})
        .BindBlob(entry.data)
        .Bind(rows)
        .Bind(*extra);
    if (auto status = insert->Run(); !status) return status;
  }
  return Ok();
}

Status WriteState(SqliteDatabase& database, const AppendTransaction& append) {
  auto set = database.Prepare("INSERT OR REPLACE INTO state (key, value) VALUES (?, ?)");
  if (!set) return std::move(set).error();
  for (const auto& [key, value] : append.set) {
    if (auto status = set->Bind(key).Bind(value).Run(); !status) return status;
  }
  auto add = database.Prepare(
      "INSERT INTO state (key, value) VALUES (?, ?)"
      " ON CONFLICT (key) DO UPDATE SET value = CAST(value AS INTEGER) + excluded.value");
  if (!add) return std::move(add).error();
  for (const auto& [key, amount] : append.add) {
    if (auto status = add->Bind(key).Bind(amount).Run(); !status) return status;
  }
  return Ok();
}

Status WriteFields(SqliteDatabase& database, const AppendTransaction& append) {
  if (append.fields.empty()) return Ok();
  auto set =
      database.Prepare("INSERT OR REPLACE INTO state_fields (key, field, value) VALUES (?, ?, ?)");
  if (!set) return std::move(set).error();
  auto remove = database.Prepare("DELETE FROM state_fields WHERE key = ? AND field = ?");
  if (!remove) return std::move(remove).error();
  for (const FieldChange& change : append.fields) {
    auto status = change.value ? set->Bind(change.key).Bind(change.field).Bind(*change.value).Run()
                               : remove->Bind(change.key).Bind(change.field).Run();
    if (!status) return status;
  }
  return Ok();
}

/// kRejected when one is not pending for its consumer.
Status Acknowledge(SqliteDatabase& database, const StreamAcks& acks) {
  auto remove = database.Prepare(
      "DELETE FROM pending WHERE stream = ? AND \"group\" = ? AND id = ? AND consumer = ?");
  if (!remove) return std::move(remove).error();
  for (const EntryId& id : acks.ids) {
    remove->Bind(acks.stream.value()).Bind(acks.group.value()).Bind(ToInteger(id));
    if (auto status = remove->Bind(acks.consumer.value()).Run(); !status) return status;
    if (database.Changes() == 0) {
      return RejectedError("the entry " + ToString(id) + " of " + acks.stream.value() +
                           " is not pending for " + acks.consumer.value() + " any more");
    }
  }
  return Ok();
}

}  // namespace

Status ApplyAppend(SqliteDatabase& database, const AppendTransaction& append) {
  if (auto status = InsertEntries(database, append.stream, append.entries); !status) return status;
  for (const StreamEntries& other : append.others) {
    if (auto status = InsertEntries(database, other.stream, other.entries); !status) return status;
  }
  if (auto status = WriteFields(database, append); !status) return status;
  if (auto status = InsertDeadLetters(database, append.stream, append.dead_letters); !status)
    return status;
  if (auto status = WriteState(database, append); !status) return status;
  if (auto status = WriteCache(database, append.cached); !status) return status;
  for (const StreamAcks& acks : append.acks) {
    if (auto status = Acknowledge(database, acks); !status) return status;
  }
  return Ok();
}

}  // namespace polyhouse
