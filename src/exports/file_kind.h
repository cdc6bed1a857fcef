#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "ports/byte_sink.h"

namespace polyhouse {

enum class ExportFormat { kParquet, kCsv, kJsonLines, kArrow };

/// What a file is to be.
struct FileKind {
  ExportFormat format = ExportFormat::kParquet;
  FileCoding coding = FileCoding::kNone;

  /// Without a dot in front: "csv.gz".
  std::string_view ending() const;
  /// "CSVWithNames". Arrow is the file format, which other readers expect, not the stream.
  std::string_view engine_format() const;
};

/// By the ending of a path; kConfig with those that are known.
Result<FileKind> FileKindOf(std::string_view path);
/// By its ending alone, such as "csv.gz"; kConfig likewise.
Result<FileKind> FileKindNamed(std::string_view ending);

}  // namespace polyhouse
