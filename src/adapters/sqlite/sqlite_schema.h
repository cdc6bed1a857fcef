#pragma once

// Private to adapters/sqlite: the tables of the streams file.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "adapters/sqlite/sqlite_database.h"
#include "ports/stream_reader.h"
#include "ports/stream_writer.h"

namespace polyhouse {

/// Opens the file and makes its tables; kConfig when a newer program has changed them.
Result<SqliteDatabase> OpenStreamsFile(const std::string& path);

/// The table that holds a stream's entries; made when the stream is new. Call inside a transaction
/// or alone.
Result<std::string> EntriesTable(SqliteDatabase& database, const StreamName& stream);

/// The id as it is in the tables.
std::int64_t ToInteger(const EntryId& id);

EntryId ToEntryId(std::int64_t id);

/// What ReadEntries reads, from the entries' table as `e`.
inline constexpr const char* kEntryColumns = "e.id, timestamp, version, data, rows";
/// Reads entries from a statement that selects kEntryColumns. The statement is reset at the end.
Result<std::vector<Entry>> ReadEntries(SqliteStatement& select, ReadLimit limit);

/// Rows of the entries of a stream that a group has not acknowledged; with an empty name the
/// slowest one; without any group those of all entries.
Result<std::uint64_t> RowsNotDone(SqliteDatabase& database,
                                  const StreamName& stream,
                                  const GroupName& group);

/// All fields of a state map.
Result<StateFields> ReadFields(SqliteDatabase& database, const std::string& key);

/// Appends dead letters of one stream. Call inside a transaction.
Status InsertDeadLetters(SqliteDatabase& database,
                         const StreamName& stream,
                         std::span<const DeadLetter> letters);

}  // namespace polyhouse
