#include "exports/row_export.h"

#include <algorithm>

#include "checks/table_answer.h"
#include "codec/timestamp.h"
#include "exports/row_counter.h"

namespace polyhouse {
namespace {

/// A file's rows of one group are in the memory of the database while it is made.
constexpr const char* kRowGroup = "131072";

/// What makes the bytes the same whatever the user's profile says.
ResultReader::Settings SettingsFor(const RowFacts& before, ExportFormat format) {
  ResultReader::Settings settings = {{"http_write_exception_in_output_format", "0"},
                                     {"cancel_http_readonly_queries_on_client_close", "1"},
                                     // The built-in engine's default is another.
                                     {"output_format_parallel_formatting", "1"},
                                     {"date_time_output_format", "simple"}};
  // A result without rows has no piece, and so no header, unless it comes as a whole.
  if (before.rows == 0) settings.emplace_back("wait_end_of_query", "1");
  switch (format) {
    case ExportFormat::kParquet:
      settings.emplace_back("output_format_parquet_row_group_size", kRowGroup);
      settings.emplace_back("output_format_parquet_compression_method", "zstd");
      settings.emplace_back("output_format_parquet_string_as_string", "1");
      break;
    case ExportFormat::kArrow:
      settings.emplace_back("output_format_arrow_string_as_string", "1");
      break;
    case ExportFormat::kJsonLines:
      settings.emplace_back("output_format_json_quote_64bit_integers", "0");
      break;
    case ExportFormat::kCsv:
      break;
  }
  return settings;
}

/// "2026-11-26 00:00:00.000" in the form that the project writes; a date as it is.
std::string TimeText(const std::string& text) {
  const auto time = ParseApiTime(text);
  return time && text.size() > std::string_view("2026-11-26").size() ? FormatTime(*time) : text;
}

std::string EarlierOf(const std::string& a, const std::string& b) {
  if (a.empty() || b.empty()) return a.empty() ? b : a;
  return std::min(a, b);
}

Status Stream(const RowsWanted& wanted,
              const RowFacts& before,
              FileKind kind,
              ResultReader& tables,
              const std::function<Status(std::string_view)>& take,
              std::stop_token stop) {
  Status taken;
  const auto status = tables.Stream(
      wanted.sql + " FORMAT " + std::string(kind.engine_format()),
      SettingsFor(before, kind.format),
      [&](std::string_view bytes) {
        taken = take(bytes);
        return taken.has_value();
      },
      std::move(stop));
  return taken ? status : taken;
}

Error WrongCount(std::uint64_t written, const RowFacts& before, const RowFacts& after) {
  const std::string counted = std::to_string(before.rows);
  return TransientError(
      "the result has " + std::to_string(written) + " rows, but the database counts " + counted +
      (after.rows == before.rows ? "" : " before and " + std::to_string(after.rows) + " after it") +
      ": try again; of a statement that gives other rows each time, nothing can be checked");
}

/// The facts of what was written while rows came or went.
Result<RowFacts> Between(std::uint64_t written, const RowFacts& before, const RowFacts& after) {
  const auto [least, most] = std::minmax(before.rows, after.rows);
  if (written < least || written > most) return WrongCount(written, before, after);
  if (written == after.rows) return after;
  return RowFacts{.rows = written,
                  .min_time = EarlierOf(before.min_time, after.min_time),
                  .max_time = std::max(before.max_time, after.max_time),
                  .max_version = std::min(before.max_version, after.max_version)};
}

}  // namespace

RowFacts FactsIn(const std::vector<std::string>& row, std::size_t from) {
  if (row.size() < from + 4) return {};
  RowFacts facts{.rows = NumberIn(row[from])};
  if (facts.rows == 0) return facts;
  facts.min_time = TimeText(row[from + 1]);
  facts.max_time = TimeText(row[from + 2]);
  facts.max_version = NumberIn(row[from + 3]);
  return facts;
}

Result<RowFacts> CountRows(const RowsWanted& wanted, TableReader& tables, std::stop_token stop) {
  const auto answer = Ask(tables, wanted.count_sql, std::move(stop));
  if (!answer) return answer.error();
  return answer->empty() ? RowFacts{} : FactsIn(answer->front(), 0);
}

Result<RowFacts> ExportRows(const RowsWanted& wanted,
                            const RowFacts& before,
                            FileKind kind,
                            ResultReader& tables,
                            ByteSink& sink,
                            ExportGauge& gauge,
                            std::stop_token stop) {
  const auto counter = MakeRowCounter(kind.format);
  const std::uint64_t rows_so_far = gauge.rows;
  const auto take = [&](std::string_view bytes) {
    counter->Add(bytes);
    gauge.bytes += bytes.size();
    gauge.rows = rows_so_far + counter->seen();
    return sink.Write(bytes);
  };
  if (auto status = Stream(wanted, before, kind, tables, take, stop); !status) {
    return std::move(status).error();
  }
  if (auto status = sink.Finish(); !status) return std::move(status).error();
  const auto written = counter->Finish();
  if (!written) return TransientError(written.error().message + ": try again");
  gauge.rows = rows_so_far + *written;
  if (*written == before.rows) return before;
  const auto after = CountRows(wanted, tables, std::move(stop));
  if (!after) return after.error();
  return Between(*written, before, *after);
}

}  // namespace polyhouse
