#pragma once

#include <functional>
#include <map>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "adapters/clickhouse/clickhouse_client.h"
#include "base/result.h"

namespace polyhouse {

/// The tables and views of a database, each with its columns.
using Inventory = std::map<std::string, std::set<std::string, std::less<>>, std::less<>>;

/// A table under one of our names that has not our shape. Either it is of an older system: no
/// `version` column; the shapes that are known are those of the Python pipeline that the request
/// describes: plain MergeTree or ReplacingMergeTree, with or without event_slug, tags and
/// modifiedDateTime, trades under any key. Or it is ours, with a key that was changed since.
struct LegacyTable {
  std::string name;
  std::string engine;  ///< As system.tables has it.
  std::string sorting_key;
  std::vector<std::string> columns;
  bool is_ours = false;  ///< Made by an earlier version of this program.
  std::uint64_t rows = 0;
};

/// Brings such tables into our shape without losing a row: a new table is filled beside the old
/// one, counts and checksums are compared, then the two change places and the old one is kept as
/// `<name>_before_polyhouse`, or dropped when it was ours. Safe to repeat after a crash at any
/// point.
///
/// The new table has a name that no other process uses. It is dropped only while the old one stands
/// in its place, so that it can be nothing but a copy, and under a name at which no exchange of
/// another process can put the old one.
class LegacyTables {
 public:
  /// `still_ours` fails when somebody else has begun to change the database meanwhile.
  LegacyTables(ClickHouseClient& client, std::function<Status()> still_ours);

  /// Whether there are such tables, or any that changed places and have not got their last name.
  static bool HasWorkIn(const Inventory& inventory);
  /// Those that are there.
  Result<std::vector<LegacyTable>> Find(std::stop_token stop);
  /// The statement that copies a table, for people; without the checks around it.
  std::string CopyStatement(const LegacyTable& table) const;
  /// Migrates one. kConfig when the copy is not the same as the original, which is then as it was.
  Status Migrate(const LegacyTable& table, std::stop_token stop);
  /// Finishes what a crash has interrupted between the change of places and the last rename, and
  /// drops copies that were left unfinished.
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
  /// A table with the name of a copy.
  struct Shadow {
    std::string name;
    bool is_original = false;  ///< It has changed places with its copy.
    bool is_ours = false;      ///< As LegacyTable::is_ours.
  };
  Result<std::vector<Shadow>> Shadows(std::stop_token stop);
  Status PutAway(const std::string& original,
                 const std::string& name,
                 bool is_ours,
                 std::stop_token stop);
  Status DropCopy(const std::string& shadow, std::stop_token stop);
  std::string ShadowOf(const std::string& name) const;

  ClickHouseClient& client_;
  std::function<Status()> still_ours_;
  std::string token_;  ///< In the names of this process' copies.
};

}  // namespace polyhouse
