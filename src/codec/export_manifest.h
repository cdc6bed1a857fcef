#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace polyhouse {

/// A file of an export, and what is in it.
struct ExportedFile {
  std::string path{};  ///< From where the manifest is: "trades.parquet", "date=…/part.parquet".
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;
  std::string hash{};  ///< Of the file's bytes: XXH3 of 128 bits, hexadecimal, as xxh128sum has it.
  std::string min_time{};  ///< Of the time column; empty: there is none, or there are no rows.
  std::string max_time{};
  std::uint64_t max_version = 0;  ///< Of the column `version`; zero where there is none.
};

/// What an export is of, and what it has written: the file that is read before its data are.
struct ExportManifest {
  std::string program{};  ///< "1.2.3"
  std::string schema{};   ///< The last migration of the tables; empty: they have none of ours.
  std::string source{};   ///< The table, view or statement, as it was asked for.
  std::string sql{};      ///< What was run, but for the limits of a partition.
  std::string format{};   ///< "csv.gz"
  std::string time_column{};
  std::string since{};      ///< Included; empty: from the start.
  std::string until{};      ///< Not included; empty: to the end.
  std::string partition{};  ///< "day", "month"; empty: one file.
  std::string written_at{};
  bool is_complete = false;  ///< Otherwise files are missing: the same command goes on.
  std::vector<ExportedFile> files{};

  std::uint64_t rows() const;
};

/// As a JSON document with a line for each file.
std::string ManifestText(const ExportManifest& manifest);
/// The reverse; what is unknown is passed over. kMalformed when it is none.
Result<ExportManifest> ReadManifest(std::string_view text);

}  // namespace polyhouse
