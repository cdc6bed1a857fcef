#pragma once

#include <memory>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "ports/stream_admin.h"
#include "ports/stream_reader.h"
#include "ports/stream_writer.h"

namespace polyhouse {

// The streams of embedded mode: one SQLite file in WAL mode that any number of processes on the
// machine may open. When it misbehaves, `sqlite3 streams.db` shows everything: tables `streams`,
// `entries_<key>` for each, `groups`, `pending`, `state` and `dead_letters`. Deleting an entry by
// hand loses it; nothing else here is precious.

/// Opens or creates the streams file at `path` (":memory:" for a private one). Each returned object
/// has a connection of its own.
Result<std::unique_ptr<StreamWriter>> OpenSqliteStreamWriter(const std::string& path);
Result<std::unique_ptr<StreamAdmin>> OpenSqliteStreamAdmin(const std::string& path);

struct SqliteReaderOptions {
  std::string path;
  StreamName stream;
  GroupName group;  ///< Created at the start of the stream when it does not exist.
  ConsumerName consumer;
};
/// `clock` must outlive the reader.
Result<std::unique_ptr<StreamReader>> OpenSqliteStreamReader(const SqliteReaderOptions& options,
                                                             Clock& clock);

}  // namespace polyhouse
