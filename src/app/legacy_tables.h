#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "adapters/clickhouse/clickhouse_client.h"
#include "base/result.h"

namespace polyhouse {

/// A table of an older system under one of our names: no `version` column. The shapes that are
/// known are those of the Python pipeline that the request describes: plain MergeTree or
/// ReplacingMergeTree, with or without event_slug, tags and modifiedDateTime, trades under any key.
struct LegacyTable {
  std::string name;
  std::string engine;  ///< As system.tables has it.
  std::string sorting_key;
  std::vector<std::string> columns;
  std::uint64_t rows = 0;
};

/// Brings such tables into our shape without losing a row: a new table is filled beside the old
/// one, counts and checksums are compared, then the two change places and the old one is kept as
/// `<name>_before_polyhouse`. Safe to repeat after a crash at any point.
class LegacyTables {
 public:
  explicit LegacyTables(ClickHouseClient& client) : client_(client) {}

  /// Those that are there.
  Result<std::vector<LegacyTable>> Find(std::stop_token stop);
  /// The statement that copies a table, for people; without the checks around it.
  std::string CopyStatement(const LegacyTable& table) const;
  /// Migrates one. kConfig when the copy is not the same as the original, which is then as it was.
  Status Migrate(const LegacyTable& table, std::stop_token stop);
  /// Finishes what a crash has interrupted between the change of places and the last rename.
  Status FinishSwaps(std::stop_token stop);
  /// Puts the kept original back under its name, if there is one; what was there is kept as
  /// `<name>_of_polyhouse`.
  Status Restore(const std::string& name, std::stop_token stop);

 private:
  Result<bool> Exists(const std::string& name, std::stop_token stop);
  /// "rows checksum" of a query.
  Result<std::string> Fingerprint(const std::string& query, std::stop_token stop);
  Status Compare(const LegacyTable& table, std::stop_token stop);
  /// The old rows as ours, column by column in the types of the new table.
  Result<std::string> Converted(const LegacyTable& table, std::stop_token stop);
  Status SwapIn(const LegacyTable& table, std::stop_token stop);

  ClickHouseClient& client_;
};

}  // namespace polyhouse
