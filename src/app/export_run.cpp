#include "app/export_run.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include "app/partition_export.h"
#include "app/progress.h"
#include "app/read_only.h"
#include "app/table_access.h"
#include "app/version.h"
#include "base/one_line.h"
#include "codec/timestamp.h"

namespace polyhouse {
namespace {

/// Standard output. A reader that has seen enough, such as `head`, ends the export.
class StandardOutput final : public ByteSink {
 public:
  Status Write(std::string_view bytes) override {
    if (std::fwrite(bytes.data(), 1, bytes.size(), stdout) == bytes.size()) return Ok();
    return Failure();
  }
  Status Finish() override { return std::fflush(stdout) == 0 ? Ok() : Failure(); }

  bool is_unread() const { return is_unread_; }

 private:
  Status Failure() {
    is_unread_ = errno == EPIPE;
    return ConfigError(std::string("standard output cannot be written: ") + std::strerror(errno));
  }

  bool is_unread_ = false;
};

std::string Megabytes(std::uint64_t bytes) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f MB", static_cast<double>(bytes) / 1e6);
  return text.data();
}

std::string LineOf(const ExportRequest& request,
                   const ExportGauge& gauge,
                   std::chrono::milliseconds elapsed) {
  const std::uint64_t rows = gauge.rows;
  const std::uint64_t expected = gauge.expected;
  const auto per_second = [&](std::uint64_t number) {
    return number * 1000 / static_cast<std::uint64_t>(std::max<long>(elapsed.count(), 1));
  };
  std::string line = OneLine(request.target) + ": " + Megabytes(gauge.bytes);
  if (rows == 0) return line + ", " + Megabytes(per_second(gauge.bytes)) + "/s";
  const double share =
      expected == 0 ? 0 : static_cast<double>(rows) / static_cast<double>(expected);
  return line + ", " + std::to_string(static_cast<int>(share * 100)) + " %, " +
         Amount(rows, "rows") + ", " + Amount(per_second(rows), "rows/s") +
         TimeLeft(share, elapsed);
}

/// The last migration of the tables; empty where they are none of ours.
std::string SchemaOf(ResultReader& tables, std::stop_token stop) {
  const auto name = tables.Fetch(
      "SELECT max(name) FROM polyhouse_migrations FORMAT TabSeparatedRaw", std::move(stop));
  return name ? name->substr(0, name->find('\n')) : "";
}

std::string TextOf(const std::optional<Timestamp>& time) {
  return time ? FormatTime(*time) : "";
}

void Tell(const ExportRequest& request,
          std::uint64_t rows,
          const std::string& more,
          std::chrono::duration<double> took) {
  const auto rate =
      static_cast<std::uint64_t>(static_cast<double>(rows) / std::max(took.count(), 0.001));
  std::fprintf(stderr,
               "polyhouse: %s: %s%s in %.1f s, %s\n",
               OneLine(request.target).c_str(),
               Amount(rows, "rows").c_str(),
               more.c_str(),
               took.count(),
               Amount(rate, "rows/s").c_str());
}

class ExportRun {
 public:
  ExportRun(const ExportRequest& request,
            const Environment& environment,
            telemetry::Log& log,
            std::stop_token stop)
      : request_(request), environment_(environment), log_(log), stop_(std::move(stop)) {}

  Status Run() {
    const auto status = WithTables(
        environment_,
        [this](TableAccess& access) { return RunWith(access); },
        [this] { return gauge_.bytes == 0; },
        stop_);
    if (status || output_.is_unread()) return Ok();
    if (!request_.to_output() || gauge_.bytes == 0) return status;
    return Error(status.error()).WithContext("the output is incomplete");
  }

 private:
  Status RunWith(TableAccess& access) {
    // So that a new directory has empty tables. A server is asked as it is.
    if (!HasClickHouse(environment_.config)) {
      if (auto status = access.Prepare(stop_); !status) return status;
    }
    auto settings = ReadOnlySettings(environment_, access.client(), stop_);
    if (!settings) return std::move(settings).error();
    ReadOnlyTables tables(access.client(), std::move(*settings));
    const auto selection = Selection::Learn(request_.source, request_.time_column, tables, stop_);
    if (!selection) return selection.error();
    if (auto status = CheckTime(*selection); !status) return status;
    const ExportParts parts{request_, tables, environment_.clock, gauge_, stop_};
    const Progress progress(log_, [this](std::chrono::milliseconds elapsed) {
      return LineOf(request_, gauge_, elapsed);
    });
    if (request_.partition) return RunPartitions(parts, *selection);
    return request_.to_output() ? RunOutput(parts, *selection) : RunFile(parts, *selection);
  }

  Status CheckTime(const Selection& selection) const {
    if (request_.partition) return selection.NeedTime("--partition");
    if (!request_.range.is_all()) return selection.NeedTime("a limit by --since or --until");
    return Ok();
  }

  RowsWanted WantedOf(const Selection& selection) const {
    return {selection.Sql(request_.range, request_.kind.format),
            selection.CountSql(request_.range)};
  }

  Status RunPartitions(const ExportParts& parts, const Selection& selection) {
    const auto started = SteadyNow();
    const auto report = ExportPartitions(parts, selection);
    if (!report) return report.error();
    Tell(request_,
         report->rows,
         " in " + Amount(report->written, "partitions") +
             (report->kept == 0
                  ? ""
                  : " (" + std::to_string(report->kept) + " more are there already and the same)"),
         SteadyNow() - started);
    return Ok();
  }

  Status RunOutput(const ExportParts& parts, const Selection& selection) {
    const auto started = SteadyNow();
    const RowsWanted wanted = WantedOf(selection);
    const auto before = CountRows(wanted, parts.tables, stop_);
    if (!before) return before.error();
    gauge_.expected = before->rows;
    const auto compressor = MakeCompressor(request_.kind.coding, output_);
    ByteSink& sink = compressor ? *compressor : output_;
    const auto facts =
        ExportRows(wanted, *before, request_.kind, parts.tables, sink, gauge_, stop_);
    if (!facts) return facts.error();
    Tell(request_, facts->rows, ", " + Megabytes(gauge_.bytes), SteadyNow() - started);
    return Ok();
  }

  Status RunFile(const ExportParts& parts, const Selection& selection) {
    const auto started = SteadyNow();
    const RowsWanted wanted = WantedOf(selection);
    const auto before = CountRows(wanted, parts.tables, stop_);
    if (!before) return before.error();
    gauge_.expected = before->rows;
    const std::string path = request_.target + ".manifest.json";
    if (auto status = MakeWayFor(path); !status) return std::move(status).error();
    auto file =
        WriteRows(parts,
                  wanted,
                  *before,
                  request_.target,
                  std::filesystem::path(request_.target).filename().string(),
                  request_.force ? OutputFile::Existing::kReplace : OutputFile::Existing::kRefuse);
    if (!file) return std::move(file).error();
    Tell(request_, file->rows, ", " + Megabytes(file->bytes), SteadyNow() - started);
    ExportManifest manifest = BeginManifest(parts, selection);
    manifest.sql = wanted.sql;
    manifest.files.push_back(std::move(*file));
    manifest.is_complete = true;
    return WriteWholeFile(path, ManifestText(manifest));
  }

  /// A manifest never stands beside another file than its own, whenever this is killed.
  Status MakeWayFor(const std::string& manifest) const {
    std::error_code error;
    if (std::filesystem::is_directory(manifest, error)) {
      return ConfigError(
          OneLine(manifest) +
          " is a directory, and the manifest is to have this name: name another file");
    }
    const bool is_kept = std::filesystem::exists(request_.target, error) && !request_.force;
    if (!is_kept) std::filesystem::remove(manifest, error);
    return Ok();
  }

  const ExportRequest& request_;
  const Environment& environment_;
  telemetry::Log& log_;
  std::stop_token stop_;
  ExportGauge gauge_;
  StandardOutput output_;
};

}  // namespace

Result<ExportedFile> WriteRows(const ExportParts& parts,
                               const RowsWanted& wanted,
                               const RowFacts& before,
                               const std::string& path,
                               const std::string& name,
                               OutputFile::Existing existing) {
  const FileKind kind = parts.request.kind;
  auto file = OutputFile::Create(path, existing);
  if (!file) return std::move(file).error();
  const auto compressor = MakeCompressor(kind.coding, **file);
  ByteSink& sink = compressor ? *compressor : **file;
  auto facts = ExportRows(wanted, before, kind, parts.tables, sink, parts.gauge, parts.stop);
  if (!facts) {
    return std::move(facts).error().WithContext(OneLine(path) + " was not written");
  }
  ExportedFile written{.path = name,
                       .rows = facts->rows,
                       .bytes = (*file)->bytes(),
                       .hash = (*file)->hash(),
                       .min_time = std::move(facts->min_time),
                       .max_time = std::move(facts->max_time),
                       .max_version = facts->max_version};
  if (auto status = (*file)->Commit(); !status) return std::move(status).error();
  return written;
}

ExportManifest BeginManifest(const ExportParts& parts, const Selection& selection) {
  const ExportRequest& request = parts.request;
  ExportManifest manifest{.program = std::string(kVersion),
                          .schema = SchemaOf(parts.tables, parts.stop),
                          .source = request.source,
                          .sql = selection.Sql({}, request.kind.format),
                          .format = std::string(request.kind.ending()),
                          .time_column = selection.time_column(),
                          .since = TextOf(request.range.since),
                          .until = TextOf(request.range.until),
                          .written_at = FormatTime(parts.clock.Now())};
  if (request.partition) {
    manifest.partition = *request.partition == PartitionBy::kDay ? "day" : "month";
  }
  return manifest;
}

Status RunExport(const ExportRequest& request,
                 const Environment& environment,
                 telemetry::Log& log,
                 std::stop_token stop) {
  return ExportRun(request, environment, log, std::move(stop)).Run();
}

}  // namespace polyhouse
