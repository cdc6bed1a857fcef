#pragma once

#include <cstddef>

#include "app/export_run.h"

namespace polyhouse {

/// What became of the partitions.
struct PartitionReport {
  std::size_t written = 0;
  std::size_t kept = 0;  ///< An earlier run's, which had what the database has.
  std::uint64_t rows = 0;
};

/// Exports into a folder for each day or month. Its manifest.json is written after each file, so
/// that a run that was stopped is gone on with: what is there already and the same is kept.
Result<PartitionReport> ExportPartitions(const ExportParts& parts, const Selection& selection);

}  // namespace polyhouse
