#pragma once

// Private to adapters/sqlite.

#include "adapters/sqlite/sqlite_database.h"
#include "ports/stream_writer.h"

namespace polyhouse {

/// Carries an AppendTransaction out. Call inside a transaction.
Status ApplyAppend(SqliteDatabase& database, const AppendTransaction& append);

}  // namespace polyhouse
