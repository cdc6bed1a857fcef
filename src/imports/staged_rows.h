#pragma once

#include <stop_token>

#include "base/result.h"
#include "flow/retrier.h"
#include "imports/chunk_store.h"
#include "ports/bulk_tables.h"

namespace polyhouse {

/// Rows of a file that wait in the database until equal ones are counted there, because their lines
/// do not tell, or there are none (Parquet). Used from one thread.
class StagedRows {
 public:
  /// So many rows before a piece are looked at with it: more than one block of the chain has.
  static constexpr std::uint64_t kLookBack = 8192;
  static constexpr std::uint64_t kPiece = 200'000;

  /// All must outlive it.
  StagedRows(const ImportTarget& target, BulkTables& tables, Retrier& retrier)
      : target_(target), tables_(tables), retrier_(retrier) {}

  /// Forgets what an earlier import has left.
  Status Clear(std::stop_token stop);
  /// Counts the rows of lines `first` to `last`, and sends them on.
  Status Release(std::uint64_t first, std::uint64_t last, std::stop_token stop);

 private:
  Status ReleasePiece(std::uint64_t first, std::uint64_t last, std::stop_token stop);

  const ImportTarget& target_;
  BulkTables& tables_;
  Retrier& retrier_;
};

}  // namespace polyhouse
