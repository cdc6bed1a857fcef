#pragma once

#include <atomic>
#include <cstdint>
#include <stop_token>
#include <string>

#include "base/result.h"
#include "exports/file_kind.h"
#include "ports/byte_sink.h"
#include "ports/result_reader.h"

namespace polyhouse {

/// How far it is, for a person who waits. Safe to use from any thread.
struct ExportGauge {
  std::atomic<std::uint64_t> rows{0};      ///< Zero while only the end tells (Parquet).
  std::atomic<std::uint64_t> expected{0};  ///< Rows.
  std::atomic<std::uint64_t> bytes{0};     ///< Before they are compressed.
};

/// What the database says of rows, without exporting them.
struct RowFacts {
  std::uint64_t rows = 0;
  std::string min_time{};  ///< "2026-11-26T00:00:00.000Z", of a date "2026-11-26"; empty: none.
  std::string max_time{};
  std::uint64_t max_version = 0;

  bool operator==(const RowFacts&) const = default;
};

/// Reads the columns that Selection's counts have, from the one with this index on.
RowFacts FactsIn(const std::vector<std::string>& row, std::size_t from);

/// Rows to export: the statement that gives them (without FORMAT), and the one that counts them.
struct RowsWanted {
  std::string sql;
  std::string count_sql;
};

Result<RowFacts> CountRows(const RowsWanted& wanted, TableReader& tables, std::stop_token stop);

/// Brings rows into a sink, compressed if the kind says so by what stands before the sink, and
/// checks that as many were written as the database counts: `before`, or, when rows have come or
/// gone meanwhile, a number between that and the count afterwards. Returns what was written.
/// kTransient when the result breaks off or the numbers cannot be: then the bytes are worth
/// nothing.
Result<RowFacts> ExportRows(const RowsWanted& wanted,
                            const RowFacts& before,
                            FileKind kind,
                            ResultReader& tables,
                            ByteSink& sink,
                            ExportGauge& gauge,
                            std::stop_token stop);

}  // namespace polyhouse
