#include "adapters/sqlite/sqlite_appender.h"
#include "adapters/sqlite/sqlite_cache.h"
#include "adapters/sqlite/sqlite_schema.h"
#include "adapters/sqlite/sqlite_streams.h"

namespace polyhouse {
namespace {

class SqliteStreamWriter final : public StreamWriter {
 public:
  explicit SqliteStreamWriter(SqliteDatabase database) : database_(std::move(database)) {}

  Status Append(const AppendTransaction& append) override {
    auto transaction = SqliteTransaction::Begin(database_);
    if (!transaction) return std::move(transaction).error();
    if (append.expected) {
      const auto value = State(append.expected->key);
      if (!value) return value.error();
      if (value->value_or("") != append.expected->value) return StoppingError();
    }
    if (auto status = ApplyAppend(database_, append); !status) return status;
    return transaction->Commit();
  }

  Result<std::optional<std::string>> State(const std::string& key) override {
    auto find = database_.Prepare("SELECT value FROM state WHERE key = ?");
    if (!find) return std::move(find).error();
    const auto row = find->Bind(key).Step();
    if (!row) return row.error();
    if (!*row) return std::optional<std::string>();
    return std::optional(find->Text(0));
  }

  Result<StateFields> Fields(const std::string& key) override { return ReadFields(database_, key); }

  Result<std::vector<std::optional<CachedRecord>>> Cached(
      std::string_view kind, std::span<const std::string> names) override {
    return ReadCache(database_, kind, names);
  }

  Result<StreamLoad> Load(const StreamName& stream) override {
    auto table = EntriesTable(database_, stream);
    if (!table) return std::move(table).error();
    const auto backlog = RowsNotDone(database_, stream, {});
    if (!backlog) return backlog.error();
    const auto added = EntriesAdded(*table);
    if (!added) return added.error();
    return StreamLoad{.backlog = *backlog, .added = *added};
  }

 private:
  Result<std::uint64_t> EntriesAdded(const std::string& table) {
    auto find = database_.Prepare("SELECT seq FROM sqlite_sequence WHERE name = ?");
    if (!find) return std::move(find).error();
    const auto row = find->Bind(table).Step();
    if (!row) return row.error();
    return *row ? static_cast<std::uint64_t>(find->Integer(0)) : 0;
  }

  SqliteDatabase database_;
};

}  // namespace

Result<std::unique_ptr<StreamWriter>> OpenSqliteStreamWriter(const std::string& path) {
  auto database = OpenStreamsFile(path);
  if (!database) return std::move(database).error();
  return std::unique_ptr<StreamWriter>(new SqliteStreamWriter(std::move(*database)));
}

}  // namespace polyhouse
