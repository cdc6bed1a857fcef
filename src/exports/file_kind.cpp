#include "exports/file_kind.h"

#include <algorithm>
#include <array>

#include "base/lower_case.h"
#include "base/one_line.h"

namespace polyhouse {
namespace {

struct Row {
  std::string_view ending;
  FileKind kind;
};

constexpr std::array kRows = {
    Row{"parquet", {ExportFormat::kParquet, FileCoding::kNone}},
    Row{"csv", {ExportFormat::kCsv, FileCoding::kNone}},
    Row{"csv.gz", {ExportFormat::kCsv, FileCoding::kGzip}},
    Row{"csv.zst", {ExportFormat::kCsv, FileCoding::kZstd}},
    Row{"jsonl", {ExportFormat::kJsonLines, FileCoding::kNone}},
    Row{"jsonl.gz", {ExportFormat::kJsonLines, FileCoding::kGzip}},
    Row{"jsonl.zst", {ExportFormat::kJsonLines, FileCoding::kZstd}},
    Row{"arrow", {ExportFormat::kArrow, FileCoding::kNone}},
};

constexpr std::string_view kKnown =
    ".parquet, .csv, .csv.gz, .csv.zst, .jsonl, .jsonl.gz, .jsonl.zst and .arrow are known";

}  // namespace

std::string_view FileKind::ending() const {
  const auto row = std::find_if(kRows.begin(), kRows.end(), [this](const Row& each) {
    return each.kind.format == format && each.kind.coding == coding;
  });
  return row == kRows.end() ? "" : row->ending;
}

std::string_view FileKind::engine_format() const {
  switch (format) {
    case ExportFormat::kParquet:
      return "Parquet";
    case ExportFormat::kCsv:
      return "CSVWithNames";
    case ExportFormat::kJsonLines:
      return "JSONEachRow";
    case ExportFormat::kArrow:
      return "Arrow";
  }
  return "";
}

Result<FileKind> FileKindOf(std::string_view path) {
  const std::string name = LowerCase(std::string(path));
  for (const Row& row : kRows) {
    if (name.ends_with("." + std::string(row.ending))) return row.kind;
  }
  return ConfigError("the ending of " + OneLine(path) + " names no format: " + std::string(kKnown) +
                     "; or say --format, such as --format parquet");
}

Result<FileKind> FileKindNamed(std::string_view ending) {
  const std::string name = LowerCase(std::string(ending));
  for (const Row& row : kRows) {
    if (name == row.ending) return row.kind;
  }
  return ConfigError("--format " + OneLine(ending) +
                     " is no format of files: " + std::string(kKnown));
}

}  // namespace polyhouse
