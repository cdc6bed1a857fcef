#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "flow/retrier.h"
#include "imports/chunk_store.h"
#include "imports/import_book.h"
#include "imports/import_kind.h"
#include "ports/bulk_tables.h"
#include "ports/byte_source.h"

namespace polyhouse {

/// A file to import. What it holds is asked for twice.
struct ImportedFile {
  std::string path;  ///< As tables name it: absolute, so that it is found again.
  std::function<Result<std::unique_ptr<ByteSource>>()> open;
  /// All of it as it is on the disk, for formats that begin at their end.
  std::function<Result<std::string_view>()> map;
};

struct FileImportOptions {
  /// Text of one insert. Two of them are on their way and one is being read.
  std::size_t chunk_bytes = 64U << 20U;
  RetryPolicy retry;
  Retrier::Report report;  ///< Of what is repeated.
  std::string cluster{};   ///< On which the tables are; empty: on one server.
  bool again = false;      ///< From the start, whatever was imported before.
};

/// How far it is, for a person who waits. Safe to use from any thread.
struct ImportGauge {
  std::atomic<std::uint64_t> position{0};  ///< Of the file as it is on the disk, in bytes …
  std::atomic<std::uint64_t> size{0};      ///< … of so many.
  std::atomic<std::uint64_t> rows{0};
};

/// What became of a file.
struct FileImportReport {
  std::uint64_t rows = 0;       ///< That were sent by this import.
  std::uint64_t from_line = 0;  ///< Where it went on; zero: at the start.
  bool has_changed = false;     ///< An earlier import was of other content, so this is a new one.
  bool was_done = false;        ///< There was nothing new in it.
  std::uint64_t begun = 0;      ///< Rejects of this version or above are of this content.
  std::vector<std::string> unused;  ///< Columns that mean nothing to us.
};

/// Brings the rows of one file into the database: through what schema/0015_optional_imports.sql
/// makes, which reads and checks them. Stopped, killed or cut off at any point, the next import of
/// the file goes on where it was, and nothing is there twice: a row's key is made of what it says.
class FileImport {
 public:
  /// One connection for each of what may go on side by side, at least one. All must outlive it.
  FileImport(const ImportKind& kind,
             ImportedFile file,
             FileImportOptions options,
             std::vector<BulkTables*> tables,
             Clock& clock);

  /// kConfig when the file is none of this kind, kMalformed when it is damaged.
  Result<FileImportReport> Run(ImportGauge& gauge, std::stop_token stop);

 private:
  struct Opened;

  Result<FileImportReport> RunText(ImportGauge& gauge, std::stop_token stop);
  Result<FileImportReport> RunParquet(ImportGauge& gauge, std::stop_token stop);
  Result<FileFormat> Probe();
  Status LearnColumns(const std::string& first, std::stop_token stop);
  Result<std::vector<std::string>> ColumnsOf(const std::string& what, std::stop_token stop);
  Result<Opened> OpenAt(const std::optional<Checkpoint>& checkpoint);
  Status StoreAll(Opened& opened, ImportGauge& gauge, std::stop_token stop);
  /// How many rows it has.
  Result<std::uint64_t> StageParquet(std::string_view bytes, std::stop_token stop);
  bool counts_in_database() const {
    return !kind_.content.empty() && !target_.layout.counts_repeats;
  }

  const ImportKind& kind_;
  ImportedFile file_;
  FileImportOptions options_;
  std::vector<BulkTables*> tables_;
  Clock& clock_;
  ImportTarget target_;
  ImportBook book_;
  FileImportReport report_;
  std::vector<Retrier> retriers_;  ///< One for each connection.
};

}  // namespace polyhouse
