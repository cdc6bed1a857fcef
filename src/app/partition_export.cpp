#include "app/partition_export.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "base/one_line.h"

namespace polyhouse {
namespace {

namespace fs = std::filesystem;

/// The manifest of an earlier run in this folder; an empty one where there was none.
Result<ExportManifest> EarlierIn(const std::string& folder) {
  const std::string path = folder + "/manifest.json";
  std::error_code error;
  if (!fs::exists(path, error)) {
    if (!fs::exists(folder, error) || fs::is_empty(folder, error)) return ExportManifest{};
    return ConfigError(OneLine(folder) +
                       " is there and is no export by partitions: choose another folder");
  }
  std::ifstream file(path);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  auto manifest = ReadManifest(text);
  if (manifest) return manifest;
  return ConfigError(OneLine(path) + " cannot be read (" + manifest.error().message +
                     "): choose another folder, or remove this one");
}

/// Files of another export in the same folders would be read as part of this one.
Status CheckSameExport(const std::string& folder,
                       const ExportManifest& earlier,
                       const ExportManifest& now) {
  const bool is_new = earlier.source.empty();
  const bool is_same = earlier.sql == now.sql && earlier.format == now.format &&
                       earlier.partition == now.partition && earlier.time_column == now.time_column;
  if (is_new || is_same) return Ok();
  return ConfigError(OneLine(folder) + " has an export of " + OneLine(earlier.source) + " as " +
                     earlier.format + " by " + earlier.partition +
                     ", or with other columns: choose another folder, or remove this one");
}

Status MakeFolder(const fs::path& folder) {
  std::error_code error;
  fs::create_directory(folder, error);
  if (!error) return Ok();
  return ConfigError(OneLine(folder.string()) + " cannot be made: " + error.message());
}

class PartitionExport {
 public:
  PartitionExport(const ExportParts& parts, ExportManifest earlier, ExportManifest manifest)
      : parts_(parts),
        folder_(parts.request.target),
        earlier_(std::move(earlier)),
        manifest_(std::move(manifest)) {}

  Result<PartitionReport> Run(const std::vector<Partition>& partitions) {
    if (auto status = MakeFolder(folder_); !status) return std::move(status).error();
    if (auto status = KeepWhatStays(partitions); !status) return std::move(status).error();
    for (const Partition* partition : missing_) {
      if (auto status = Write(*partition); !status) return std::move(status).error();
    }
    manifest_.is_complete = true;
    if (auto status = Save(); !status) return std::move(status).error();
    return report_;
  }

 private:
  /// Takes over the files of an earlier run that are outside of the range, or have what the
  /// database has; removes those whose rows are gone. The manifest says so before anything is
  /// written.
  Status KeepWhatStays(const std::vector<Partition>& partitions) {
    std::set<std::string_view> wanted;
    for (const Partition& partition : partitions) {
      wanted.insert(partition.path);
      parts_.gauge.expected += partition.facts.rows;
      const ExportedFile* same = parts_.request.force ? nullptr : FindSame(earlier_, partition);
      if (same == nullptr || !IsThere(*same)) {
        missing_.push_back(&partition);
        continue;
      }
      manifest_.files.push_back(*same);
      parts_.gauge.rows += same->rows;
      ++report_.kept;
    }
    std::vector<std::string> gone;
    for (const ExportedFile& file : earlier_.files) {
      if (wanted.contains(file.path)) continue;
      if (IsWithin(file.path, parts_.request.range)) {
        gone.push_back(file.path);
      } else {
        manifest_.files.push_back(file);
      }
    }
    if (auto status = Save(); !status) return status;
    for (const std::string& path : gone) {
      std::error_code error;
      fs::remove(folder_ / path, error);
    }
    return Ok();
  }

  bool IsThere(const ExportedFile& file) const {
    std::error_code error;
    return fs::file_size(folder_ / file.path, error) == file.bytes && !error;
  }

  Status Write(const Partition& partition) {
    const fs::path path = folder_ / partition.path;
    if (auto status = MakeFolder(path.parent_path()); !status) return status;
    auto file = WriteRows(parts_,
                          partition.wanted,
                          partition.facts,
                          path.string(),
                          partition.path,
                          OutputFile::Existing::kReplace);
    if (!file) return std::move(file).error();
    report_.rows += file->rows;
    ++report_.written;
    manifest_.files.push_back(std::move(*file));
    return Save();
  }

  Status Save() {
    std::sort(manifest_.files.begin(), manifest_.files.end(), [](const auto& a, const auto& b) {
      return a.path < b.path;
    });
    return WriteWholeFile((folder_ / "manifest.json").string(), ManifestText(manifest_));
  }

  const ExportParts& parts_;
  fs::path folder_;
  ExportManifest earlier_;
  ExportManifest manifest_;
  std::vector<const Partition*> missing_;
  PartitionReport report_;
};

}  // namespace

Result<PartitionReport> ExportPartitions(const ExportParts& parts, const Selection& selection) {
  const ExportRequest& request = parts.request;
  if (auto status = CheckWholePartitions(request.range, *request.partition); !status) {
    return std::move(status).error();
  }
  auto earlier = EarlierIn(request.target);
  if (!earlier) return std::move(earlier).error();
  ExportManifest manifest = BeginManifest(parts, selection);
  if (auto status = CheckSameExport(request.target, *earlier, manifest); !status) {
    return std::move(status).error();
  }
  const auto partitions = PlanPartitions(
      selection, request.range, *request.partition, request.kind, parts.tables, parts.stop);
  if (!partitions) return partitions.error();
  return PartitionExport(parts, std::move(*earlier), std::move(manifest)).Run(*partitions);
}

}  // namespace polyhouse
