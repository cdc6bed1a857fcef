#pragma once

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>

#include "adapters/files/output_file.h"
#include "app/environment.h"
#include "codec/export_manifest.h"
#include "exports/partition_plan.h"
#include "exports/row_export.h"
#include "exports/selection.h"
#include "ports/result_reader.h"
#include "telemetry/log.h"

namespace polyhouse {

/// What is asked for, read and checked as far as it can be without the database.
struct ExportRequest {
  std::string source;  ///< A table, a view or a statement.
  std::string target;  ///< A file, "-", or the folder of partitions.
  FileKind kind;
  TimeRange range;
  std::optional<PartitionBy> partition{};
  std::string time_column{};  ///< Empty: the one that is known.
  bool force = false;

  bool to_output() const { return target == "-"; }
};

/// A file that was written, or was as it should be.
struct WrittenFile {
  ExportedFile file;
  std::chrono::duration<double> took{};
};

/// What parts of an export share. All of it outlives them.
struct ExportParts {
  const ExportRequest& request;
  ResultReader& tables;
  Clock& clock;
  ExportGauge& gauge;
  std::stop_token stop;
};

/// Writes rows into a file that appears whole. `name` is how the manifest knows it.
Result<ExportedFile> WriteRows(const ExportParts& parts,
                               const RowsWanted& wanted,
                               const RowFacts& before,
                               const std::string& path,
                               const std::string& name,
                               OutputFile::Existing existing);

/// What the manifest says beside its files.
ExportManifest BeginManifest(const ExportParts& parts, const Selection& selection);

/// Does it, and tells a person on standard error. Nothing is left under the names of the files
/// unless it is whole.
Status RunExport(const ExportRequest& request,
                 const Environment& environment,
                 telemetry::Log& log,
                 std::stop_token stop);

}  // namespace polyhouse
