#pragma once

#include <cstdint>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "flow/retrier.h"
#include "imports/chunk_reader.h"
#include "imports/import_kind.h"
#include "ports/bulk_tables.h"

namespace polyhouse {

/// What is told of an insert, to what schema/0015_optional_imports.sql makes of it.
std::string ImportTag(std::string_view attempt, std::string_view file);

/// How many rows of an attempt the database has read. Errors as TableReader::Fetch.
Result<std::uint64_t> LinesRead(const std::string& attempt,
                                TableReader& tables,
                                std::stop_token stop);

/// What is inserted of a file, and how.
struct ImportTarget {
  const ImportKind& kind;
  std::string file;
  ChunkLayout layout;
  /// Of kind.entry those that the file has, of kind.staged() all; quoted and comma-separated.
  std::string columns;
  std::string staged_columns{};
  std::string cluster{};  ///< On which the tables are; empty: on one server.
  /// When the file's first line was read, in milliseconds since 1970.
  std::uint64_t begun = 0;
};

/// Puts chunks into the database, and makes sure that it has read each line. Lines that it could
/// not read become rejected ones, as they are. Used from one thread.
class ChunkStore {
 public:
  /// All must outlive it.
  ChunkStore(const ImportTarget& target, BulkTables& tables, Retrier& retrier)
      : target_(target), tables_(tables), retrier_(retrier) {}

  /// Success: every row of the chunk is stored, or kept as a rejected one. Repeating it is
  /// harmless.
  Status Store(const Chunk& chunk, std::stop_token stop);

 private:
  using Rows = std::span<const Chunk::Row>;
  using Rejected = std::pair<std::uint64_t, std::string>;  ///< Line and text.

  /// The rows that the database has not read, of those that it was given.
  Result<std::vector<Chunk::Row>> Insert(const Chunk& chunk, Rows rows, std::stop_token stop);
  Status Send(const std::string& attempt, const Chunk& chunk, Rows rows, std::stop_token stop);
  Result<std::vector<Chunk::Row>> Unread(const std::string& attempt,
                                         Rows rows,
                                         std::stop_token stop);
  Status StoreHalves(const Chunk& chunk, Rows rows, std::stop_token stop);
  Status Reject(std::span<const Rejected> rows, std::stop_token stop);

  const ImportTarget& target_;
  BulkTables& tables_;
  Retrier& retrier_;
  int halvings_left_ = 0;
};

}  // namespace polyhouse
