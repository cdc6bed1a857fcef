#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "codec/export_manifest.h"
#include "exports/row_export.h"
#include "exports/selection.h"

namespace polyhouse {

enum class PartitionBy { kDay, kMonth };

/// "day" or "month"; kConfig for anything else.
Result<PartitionBy> PartitionNamed(std::string_view name);

/// kConfig when a partition would be cut through: then a later run could not tell it from a whole
/// one.
Status CheckWholePartitions(const TimeRange& range, PartitionBy by);

/// One folder of the export.
struct Partition {
  std::string name;  ///< "2026-11-26", "2026-11"; empty: of the rows without a time.
  std::string path;  ///< "date=2026-11-26/part.parquet", as Hive names it.
  RowsWanted wanted;
  RowFacts facts;  ///< As the database counts them now.
};

/// Those that have rows, in order.
Result<std::vector<Partition>> PlanPartitions(const Selection& selection,
                                              const TimeRange& range,
                                              PartitionBy by,
                                              FileKind kind,
                                              TableReader& tables,
                                              std::stop_token stop);

/// The file of an earlier run that has what the database has now; null: write it.
const ExportedFile* FindSame(const ExportManifest& earlier, const Partition& partition);

/// Whether the folder of a partition lies within the range, so that it is this export's to keep.
bool IsWithin(std::string_view path, const TimeRange& range);

}  // namespace polyhouse
