#include "adapters/sqlite/sqlite_schema.h"

#include <algorithm>
#include <vector>

namespace polyhouse {
namespace {

constexpr std::int64_t kFormat = 4;

constexpr const char* kTables = R"(
CREATE TABLE IF NOT EXISTS streams (key INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS groups (
  stream TEXT NOT NULL, name TEXT NOT NULL, last_delivered INTEGER NOT NULL,
  PRIMARY KEY (stream, name)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS pending (
  stream TEXT NOT NULL, "group" TEXT NOT NULL, id INTEGER NOT NULL, consumer TEXT NOT NULL,
  delivered_at INTEGER NOT NULL, deliveries INTEGER NOT NULL,
  PRIMARY KEY (stream, "group", id)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS state (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS state_fields (
  key TEXT NOT NULL, field TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (key, field)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS dead_letters (
  id INTEGER PRIMARY KEY AUTOINCREMENT, stream TEXT NOT NULL, form INTEGER NOT NULL, kind TEXT NOT NULL,
  reason TEXT NOT NULL, attempts INTEGER NOT NULL, first_seen INTEGER NOT NULL, timestamp TEXT NOT NULL,
  data BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS cached (
  kind TEXT NOT NULL, name TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL,
  since INTEGER NOT NULL, expires_at INTEGER NOT NULL, fields TEXT NOT NULL,
  PRIMARY KEY (name, kind)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS cached_ids ON cached (id, kind);
CREATE INDEX IF NOT EXISTS cached_times ON cached (expires_at);
PRAGMA user_version = 4;
)";

Result<std::int64_t> UserVersion(SqliteDatabase& database) {
  auto statement = database.Prepare("PRAGMA user_version");
  if (!statement) return std::move(statement).error();
  const auto row = statement->Step();
  if (!row) return row.error();
  return statement->Integer(0);
}

/// Of an entry: how many rows it holds, and how many more rows than entries the stream has ever got
/// with it. So the rows between two entries are known without a look at what lies between them.
constexpr const char* kRowColumns[] = {"rows INTEGER NOT NULL DEFAULT 1",
                                       "extra INTEGER NOT NULL DEFAULT 0"};

/// Of a dead letter: the version of its payload.
constexpr const char* kVersionColumn = "version INTEGER NOT NULL DEFAULT 1";

/// Empty when the stream is new.
Result<std::string> FindEntriesTable(SqliteDatabase& database, const StreamName& stream) {
  auto find = database.Prepare("SELECT key FROM streams WHERE name = ?");
  if (!find) return std::move(find).error();
  const auto row = find->Bind(stream.value()).Step();
  if (!row) return row.error();
  if (!*row) return std::string();
  return "entries_" + std::to_string(find->Integer(0));
}

Result<std::string> AddStream(SqliteDatabase& database, const StreamName& stream) {
  auto insert = database.Prepare("INSERT OR IGNORE INTO streams (name) VALUES (?)");
  if (!insert) return std::move(insert).error();
  if (auto status = insert->Bind(stream.value()).Run(); !status) return std::move(status).error();
  auto table = FindEntriesTable(database, stream);
  if (!table) return table;
  // AUTOINCREMENT: the id of an entry that was trimmed is never given out again.
  auto status = database.Execute("CREATE TABLE IF NOT EXISTS " + *table +
                                 " (id INTEGER PRIMARY KEY AUTOINCREMENT, timestamp TEXT NOT NULL,"
                                 " version INTEGER NOT NULL, data BLOB NOT NULL, " +
                                 kRowColumns[0] + ", " + kRowColumns[1] + ")");
  if (!status) return std::move(status).error();
  return table;
}

Result<std::vector<std::string>> Texts(SqliteDatabase& database, const std::string& query) {
  auto select = database.Prepare(query);
  if (!select) return std::move(select).error();
  std::vector<std::string> texts;
  while (true) {
    const auto row = select->Step();
    if (!row) return row.error();
    if (!*row) return texts;
    texts.push_back(select->Text(0));
  }
}

/// Of tables made in format 2 or before, when an entry was a row and had one version.
Status AddLaterColumns(SqliteDatabase& database) {
  const auto lacking = [&](const std::string& tables, const std::string& column) {
    return Texts(database,
                 "SELECT name FROM sqlite_schema t WHERE type = 'table' AND name GLOB '" + tables +
                     "' AND NOT EXISTS (SELECT 1 FROM pragma_table_info(t.name) WHERE name = '" +
                     column + "')");
  };
  const auto add = [&](const std::string& tables, const std::string& definition) -> Status {
    const auto found = lacking(tables, definition.substr(0, definition.find(' ')));
    if (!found) return found.error();
    for (const std::string& table : *found) {
      auto status = database.Execute("ALTER TABLE " + table + " ADD COLUMN " + definition);
      if (!status) return status;
    }
    return Ok();
  };
  for (const char* column : kRowColumns) {
    if (auto status = add("entries_[0-9]*", column); !status) return status;
  }
  return add("dead_letters", kVersionColumn);
}

}  // namespace

Result<SqliteDatabase> OpenStreamsFile(const std::string& path) {
  auto database = SqliteDatabase::Open(path);
  if (!database) return database;
  const auto version = UserVersion(*database);
  if (!version) return version.error();
  if (*version > kFormat) {
    return ConfigError("the streams file " + path + " was made by a newer polyhouse (format " +
                       std::to_string(*version) + "): use that version, or another data directory");
  }
  if (*version == kFormat) return database;
  auto transaction = SqliteTransaction::Begin(*database);
  if (!transaction) return std::move(transaction).error();
  if (auto status = database->Execute(kTables); !status) return std::move(status).error();
  if (auto status = AddLaterColumns(*database); !status) return std::move(status).error();
  if (auto status = transaction->Commit(); !status) return std::move(status).error();
  return database;
}

Result<std::string> EntriesTable(SqliteDatabase& database, const StreamName& stream) {
  // Looking first: an insert, even one that finds nothing to do, would wait for the write lock.
  auto known = FindEntriesTable(database, stream);
  if (!known || !known->empty()) return known;
  // A savepoint is a transaction of its own or a part of the caller's. The name and its table must
  // come together: a name without its table would be a stream that can never be used.
  if (auto begun = database.Execute("SAVEPOINT new_stream"); !begun)
    return std::move(begun).error();
  auto table = AddStream(database, stream);
  if (!table) (void)database.Execute("ROLLBACK TO new_stream").has_value();
  auto released = database.Execute("RELEASE new_stream");
  if (table && !released) return std::move(released).error();
  return table;
}

EntryId ToEntryId(std::int64_t id) {
  return {static_cast<std::uint64_t>(id), 0};
}

Result<std::vector<Entry>> ReadEntries(SqliteStatement& select, ReadLimit limit) {
  std::vector<Entry> entries;
  std::size_t bytes = 0;
  std::size_t rows = 0;
  while (entries.size() < limit.entries) {
    const auto row = select.Step();
    if (!row) return row.error();
    if (!*row) return entries;
    bytes += select.Size(3);
    rows += static_cast<std::size_t>(select.Integer(4));
    if (!entries.empty() && (bytes > limit.bytes || rows > limit.rows)) break;
    entries.push_back({.id = ToEntryId(select.Integer(0)),
                       .data = select.Text(3),
                       .timestamp = select.Text(1),
                       .version = static_cast<int>(select.Integer(2)),
                       .rows = static_cast<std::uint32_t>(select.Integer(4))});
  }
  select.Reset();
  return entries;
}

Result<std::uint64_t> RowsNotDone(SqliteDatabase& database,
                                  const StreamName& stream,
                                  const GroupName& group) {
  const auto table = EntriesTable(database, stream);
  if (!table) return table.error();
  // Each end in a query of its own: both in one would make SQLite read the whole table. Where the
  // last entry that is done was trimmed, the first that is there says what was before it; an empty
  // table gives no row at all.
  auto find = database.Prepare(
      "WITH done(id) AS (SELECT min(ifnull((SELECT min(id) - 1 FROM pending p WHERE"
      " p.stream = g.stream AND p.\"group\" = g.name), last_delivered)) FROM groups g"
      " WHERE stream = ?1 AND (?2 = '' OR name = ?2)),"
      " oldest(before, upto) AS (SELECT id - 1, extra - rows + 1 FROM " +
      *table +
      " ORDER BY id LIMIT 1),"
      " newest(id, upto) AS (SELECT id, extra FROM " +
      *table +
      " ORDER BY id DESC LIMIT 1),"
      " mark(id) AS (SELECT max(ifnull((SELECT id FROM done), 0), (SELECT before FROM oldest)))"
      " SELECT newest.id - mark.id + newest.upto - ifnull((SELECT extra FROM " +
      *table +
      " e WHERE e.id = mark.id), (SELECT upto FROM oldest)) FROM newest, mark WHERE mark.id < "
      "newest.id");
  if (!find) return std::move(find).error();
  const auto row = find->Bind(stream.value()).Bind(group.value()).Step();
  if (!row) return row.error();
  return *row ? static_cast<std::uint64_t>(std::max<std::int64_t>(find->Integer(0), 0)) : 0;
}

std::int64_t ToInteger(const EntryId& id) {
  // Larger than any of ours: ids of another store.
  return static_cast<std::int64_t>(std::min<std::uint64_t>(id.high, INT64_MAX));
}

Result<StateFields> ReadFields(SqliteDatabase& database, const std::string& key) {
  auto find = database.Prepare("SELECT field, value FROM state_fields WHERE key = ?");
  if (!find) return std::move(find).error();
  find->Bind(key);
  StateFields fields;
  while (true) {
    const auto row = find->Step();
    if (!row) return row.error();
    if (!*row) return fields;
    fields.emplace(find->Text(0), find->Text(1));
  }
}

Status InsertDeadLetters(SqliteDatabase& database,
                         const StreamName& stream,
                         std::span<const DeadLetter> letters) {
  if (letters.empty()) return Ok();
  auto insert = database.Prepare(
      "INSERT INTO dead_letters (stream, form, kind, reason, attempts, first_seen, timestamp, data,"
      " version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
  if (!insert) return std::move(insert).error();
  for (const DeadLetter& letter : letters) {
    insert->Bind(stream.value())
        .Bind(static_cast<std::int64_t>(letter.form))
        .Bind(letter.kind)
        .Bind(letter.reason);
    insert->Bind(static_cast<std::int64_t>(letter.attempts))
        .Bind(letter.first_seen.time_since_epoch().count());
    insert->Bind(letter.timestamp).BindBlob(letter.data).Bind(std::int64_t{letter.version});
    if (auto status = insert->Run(); !status) return status;
  }
  return Ok();
}

}  // namespace polyhouse
