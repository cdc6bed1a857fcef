#pragma once

// Private to adapters/sqlite: the table `cached`, a row for each record, its fields as a JSON
// object. Times are those of SQLite's clock.

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/sqlite/sqlite_database.h"
#include "ports/stream_writer.h"

namespace polyhouse {

/// Call inside a transaction.
Status WriteCache(SqliteDatabase& database, std::span<const CacheChange> changes);

Result<std::vector<std::optional<CachedRecord>>> ReadCache(SqliteDatabase& database,
                                                           std::string_view kind,
                                                           std::span<const std::string> names);

}  // namespace polyhouse
