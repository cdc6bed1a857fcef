#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "imports/chunk_reader.h"
#include "imports/import_kind.h"
#include "ports/bulk_tables.h"

namespace polyhouse {

/// Where the import of a file has got, in the table `imports`. Used from one thread at a time.
class ImportBook {
 public:
  /// All must outlive it.
  ImportBook(const ImportKind& kind, std::string file, Clock& clock)
      : kind_(kind), file_(std::move(file)), clock_(clock) {}

  /// Of the last import of this file; empty when there was none.
  Result<std::optional<Checkpoint>> Load(BulkTables& tables, std::stop_token stop) const;
  Status Save(const Checkpoint& checkpoint, BulkTables& tables, std::stop_token stop) const;
  /// Chunk `number` is stored; chunks may be in any order. Saves how far the file is without a
  /// gap.
  Status Stored(std::uint64_t number,
                const Checkpoint& checkpoint,
                BulkTables& tables,
                std::stop_token stop);

 private:
  const ImportKind& kind_;
  std::string file_;
  Clock& clock_;
  std::uint64_t next_ = 0;
  std::map<std::uint64_t, Checkpoint> waiting_;  ///< Behind a gap.
};

}  // namespace polyhouse
