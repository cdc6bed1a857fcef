#include "adapters/sqlite/sqlite_database.h"

namespace polyhouse {
namespace {

/// What the operator or the loop should do about a result code (sqlite.org/rescode.html).
Error SqliteError(sqlite3* database, int code) {
  const std::string what = database != nullptr ? sqlite3_errmsg(database) : sqlite3_errstr(code);
  switch (code & 0xFF) {
    case SQLITE_FULL:
      return TransientError("the disk that holds the streams is full: free some space");
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return ConfigError("the streams cannot be written (" + what +
                         "): check the permissions of the data directory and its disk");
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return ConfigError("the streams file is damaged (" + what +
                         "): restore streams.db from a backup, or move it " +
                         "away to start reading from the beginning; tables keep their rows");
    default:
      return TransientError("the streams file: " + what);
  }
}

}  // namespace

SqliteStatement& SqliteStatement::Bind(std::int64_t value) {
  sqlite3_bind_int64(statement_.get(), ++bound_, value);
  return *this;
}

SqliteStatement& SqliteStatement::Bind(std::string_view text) {
  sqlite3_bind_text64(
      statement_.get(), ++bound_, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8);
  return *this;
}

SqliteStatement& SqliteStatement::BindBlob(std::string_view bytes) {
  sqlite3_bind_blob64(statement_.get(), ++bound_, bytes.data(), bytes.size(), SQLITE_STATIC);
  return *this;
}

Result<bool> SqliteStatement::Step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  sqlite3* database = sqlite3_db_handle(statement_.get());
  if (code != SQLITE_DONE) {
    Error error = SqliteError(database, code);
    Reset();
    return error;
  }
  Reset();
  return false;
}

Status SqliteStatement::Run() {
  while (true) {
    const auto row = Step();
    if (!row) return row.error();
    if (!*row) return Ok();
  }
}

void SqliteStatement::Reset() {
  sqlite3_reset(statement_.get());
  bound_ = 0;
}

std::int64_t SqliteStatement::Integer(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

std::string SqliteStatement::Text(int column) const {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_.get(), column));
  return bytes == nullptr ? std::string() : std::string(bytes, Size(column));
}

std::size_t SqliteStatement::Size(int column) const {
  return static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column));
}

Result<SqliteDatabase> SqliteDatabase::Open(const std::string& path) {
  SqliteDatabase opened;
  sqlite3* database = nullptr;
  const int code = sqlite3_open_v2(path.c_str(),
                                   &database,
                                   SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                                   nullptr);
  opened.database_.reset(database);
  if (code != SQLITE_OK) return SqliteError(database, code).WithContext(path);
  sqlite3_extended_result_codes(database, 1);
  sqlite3_busy_timeout(database, 30'000);
  // WAL with synchronous=NORMAL: nothing is lost when the process dies. When the power fails the
  // last transactions may be undone, but each takes its cursor with it, so their pages are simply
  // read again.
  auto status =
      opened.Execute("PRAGMA page_size=16384; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;");
  if (!status) return std::move(status).error().WithContext(path);
  return opened;
}

Status SqliteDatabase::Execute(const std::string& sql) {
  const int code = sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return SqliteError(database_.get(), code);
  return Ok();
}

Result<SqliteStatement> SqliteDatabase::Prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(database_.get(),
                                      sql.data(),
                                      static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT,
                                      &statement,
                                      nullptr);
  if (code != SQLITE_OK) return SqliteError(database_.get(), code);
  SqliteStatement prepared;
  prepared.statement_.reset(statement);
  return prepared;
}

std::int64_t SqliteDatabase::Changes() const {
  return sqlite3_changes64(database_.get());
}

Result<SqliteTransaction> SqliteTransaction::Begin(SqliteDatabase& database) {
  if (auto status = database.Execute("BEGIN IMMEDIATE"); !status) return std::move(status).error();
  return SqliteTransaction(database);
}

SqliteTransaction::~SqliteTransaction() {
  // A failed rollback leaves nothing to do: SQLite has rolled back by itself then.
  if (database_ != nullptr) (void)database_->Execute("ROLLBACK").has_value();
}

Status SqliteTransaction::Commit() {
  auto status = database_->Execute("COMMIT");
  if (status) database_ = nullptr;
  return status;
}

}  // namespace polyhouse
