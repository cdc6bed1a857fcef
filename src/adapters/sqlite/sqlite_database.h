#pragma once

// Private to adapters/sqlite: SQLite's C interface behind owning types.

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace polyhouse {

/// A prepared statement. Bind in order, then Step; Reset before binding again.
class SqliteStatement {
 public:
  SqliteStatement() = default;

  SqliteStatement& Bind(std::int64_t value);
  /// The text is not copied: it must stay alive until the statement is reset or bound anew.
  SqliteStatement& Bind(std::string_view text);
  SqliteStatement& BindBlob(std::string_view bytes);

  /// True: a row can be read. False: finished, and reset.
  Result<bool> Step();
  /// Steps to the end of a statement that returns nothing.
  Status Run();
  void Reset();

  std::int64_t Integer(int column) const;
  /// A copy; texts and blobs alike.
  std::string Text(int column) const;
  std::size_t Size(int column) const;

 private:
  friend class SqliteDatabase;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };

  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  int bound_ = 0;
};

/// One connection to one database file. Used from one thread.
class SqliteDatabase {
 public:
  /// Opens or creates the file in WAL mode. kConfig when it cannot be opened or written.
  static Result<SqliteDatabase> Open(const std::string& path);

  Status Execute(const std::string& sql);
  Result<SqliteStatement> Prepare(std::string_view sql);
  /// How many rows the last statement changed.
  std::int64_t Changes() const;

 private:
  struct Close {
    void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
  };

  std::unique_ptr<sqlite3, Close> database_;
};

/// Begins a write transaction and rolls it back unless it was committed.
class SqliteTransaction {
 public:
  static Result<SqliteTransaction> Begin(SqliteDatabase& database);
  SqliteTransaction(SqliteTransaction&& other) noexcept
      : database_(std::exchange(other.database_, nullptr)) {}
  SqliteTransaction& operator=(SqliteTransaction&&) = delete;
  ~SqliteTransaction();

  Status Commit();

 private:
  explicit SqliteTransaction(SqliteDatabase& database) : database_(&database) {}

  SqliteDatabase* database_;
};

}  // namespace polyhouse
