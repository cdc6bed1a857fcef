#include "adapters/sqlite/sqlite_cache.h"

#include "base/json_text.h"

namespace polyhouse {
namespace {

/// Milliseconds since 1970.
std::string Now() {
  return "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)";
}

std::int64_t ToInteger(std::uint64_t version) {
  return static_cast<std::int64_t>(version);
}

std::string ToJson(const StateFields& fields) {
  std::string json = "{";
  for (const auto& [field, value] : fields) {
    if (json.size() > 1) json += ',';
    AppendJsonString(json, field);
    json += ':';
    AppendJsonString(json, value);
  }
  return json + "}";
}

/// Writes records one by one.
class CacheTable {
 public:
  static Result<CacheTable> Open(SqliteDatabase& database) {
    CacheTable table;
    const std::pair<SqliteStatement&, std::string> statements[] = {
        // Each by an index of its own: of both in one query SQLite would make a scan.
        {table.find_own_,
         "SELECT 1 FROM cached WHERE kind = ? AND id = ? AND version >= ? AND expires_at > " +
             Now()},
        {table.find_other_,
         "SELECT 1 FROM cached WHERE kind = ? AND name = ? AND version >= ? AND expires_at > " +
             Now()},
        {table.find_same_,
         "SELECT since FROM cached WHERE kind = ? AND name = ? AND id = ? AND fields = ?"
         " AND expires_at > " +
             Now()},
        {table.remove_, "DELETE FROM cached WHERE kind = ? AND id = ?"},
        {table.insert_,
         "INSERT OR REPLACE INTO cached (kind, name, id, fields, version, since, expires_at)"
         " VALUES (?, ?, ?, ?, ?, ?, ? + " +
             Now() + ")"}};
    for (const auto& [statement, sql] : statements) {
      auto prepared = database.Prepare(sql);
      if (!prepared) return std::move(prepared).error();
      statement = std::move(*prepared);
    }
    return table;
  }

  Status Put(const CacheChange& change) {
    const std::int64_t version = ToInteger(change.version);
    const auto has_newer = Finds(find_own_.Bind(change.kind).Bind(change.id).Bind(version));
    if (!has_newer) return has_newer.error();
    if (*has_newer) return Ok();
    const std::string fields = ToJson(change.fields);
    const auto since = Since(change, fields);
    if (!since) return since.error();
    auto removed = remove_.Bind(change.kind).Bind(change.id).Run();
    if (!removed) return removed;
    // The name may be that of another thing by now.
    const auto is_taken = Finds(find_other_.Bind(change.kind).Bind(change.name).Bind(version));
    if (!is_taken) return is_taken.error();
    if (*is_taken) return Ok();
    insert_.Bind(change.kind).Bind(change.name).Bind(change.id).Bind(fields).Bind(version);
    return insert_.Bind(*since).Bind(std::int64_t{change.ttl.count()}).Run();
  }

 private:
  static Result<bool> Finds(SqliteStatement& statement) {
    auto found = statement.Step();
    statement.Reset();
    return found;
  }

  /// The version from which on the fields have been these.
  Result<std::int64_t> Since(const CacheChange& change, const std::string& fields) {
    if (change.fields.empty()) return ToInteger(change.version);
    find_same_.Bind(change.kind).Bind(change.name).Bind(change.id).Bind(fields);
    const auto same = find_same_.Step();
    if (!same) return same.error();
    const std::int64_t since = *same ? find_same_.Integer(0) : ToInteger(change.version);
    find_same_.Reset();
    return since;
  }

  SqliteStatement find_own_;
  SqliteStatement find_other_;
  SqliteStatement find_same_;
  SqliteStatement remove_;
  SqliteStatement insert_;
};

}  // namespace

Status WriteCache(SqliteDatabase& database, std::span<const CacheChange> changes) {
  if (changes.empty()) return Ok();
  auto expired = database.Execute("DELETE FROM cached WHERE expires_at <= " + Now());
  if (!expired) return expired;
  auto table = CacheTable::Open(database);
  if (!table) return std::move(table).error();
  for (const CacheChange& change : changes) {
    if (auto status = table->Put(change); !status) return status;
  }
  return Ok();
}

Result<std::vector<std::optional<CachedRecord>>> ReadCache(SqliteDatabase& database,
                                                           std::string_view kind,
                                                           std::span<const std::string> names) {
  auto find = database.Prepare(
      "SELECT c.id, version, since, f.key, f.value FROM cached c LEFT JOIN json_each(c.fields) f"
      " WHERE kind = ? AND name = ? AND expires_at > " +
      Now());
  if (!find) return std::move(find).error();
  std::vector<std::optional<CachedRecord>> records;
  for (const std::string& name : names) {
    auto& record = records.emplace_back();
    find->Bind(kind).Bind(name);
    while (true) {
      const auto row = find->Step();
      if (!row) return row.error();
      if (!*row) break;
      if (!record) {
        record = CachedRecord{.id = find->Text(0),
                              .version = static_cast<std::uint64_t>(find->Integer(1)),
                              .since = static_cast<std::uint64_t>(find->Integer(2)),
                              .fields = {}};
      }
      if (std::string field = find->Text(3); !field.empty()) {
        record->fields.emplace(std::move(field), find->Text(4));
      }
    }
  }
  return records;
}

}  // namespace polyhouse
