#include <unistd.h>

#include <cstdio>

#include "app/commands/command.h"
#include "app/export_run.h"
#include "app/moment.h"
#include "base/one_line.h"
#include "codec/timestamp.h"

namespace polyhouse {
namespace {

struct ExportCommandOptions {
  std::string source;
  std::string target;
  std::string since;
  std::string until;
  std::string partition;
  std::string format;
  std::string time_column;
  bool force = false;
};

/// Nothing of an empty text.
Result<std::optional<Timestamp>> ReadBorder(const std::string& flag,
                                            const std::string& text,
                                            Timestamp now) {
  if (text.empty()) return std::optional<Timestamp>();
  auto moment = ReadMoment(flag, text, now);
  if (!moment) return std::move(moment).error();
  return std::optional(*moment);
}

Result<TimeRange> ReadRange(const ExportCommandOptions& options, Timestamp now) {
  const auto since = ReadBorder("--since", options.since, now);
  if (!since) return since.error();
  const auto until = ReadBorder("--until", options.until, now);
  if (!until) return until.error();
  if (*since && *until && **since >= **until) {
    return ConfigError("nothing is between --since " + FormatTime(**since) + " and --until " +
                       FormatTime(**until) + ", which itself is not included");
  }
  return TimeRange{*since, *until};
}

Result<FileKind> ReadKind(const ExportCommandOptions& options) {
  if (!options.format.empty()) return FileKindNamed(options.format);
  if (options.target == "-") return FileKindNamed("csv");
  if (!options.partition.empty()) return FileKindNamed("parquet");
  return FileKindOf(options.target);
}

Result<ExportRequest> ReadRequest(const ExportCommandOptions& options, Timestamp now) {
  const auto kind = ReadKind(options);
  if (!kind) return kind.error();
  const auto range = ReadRange(options, now);
  if (!range) return range.error();
  ExportRequest request{.source = options.source,
                        .target = options.target,
                        .kind = *kind,
                        .range = *range,
                        .time_column = options.time_column,
                        .force = options.force};
  if (options.partition.empty()) return request;
  if (request.to_output()) {
    return ConfigError("--partition makes folders: name one instead of -");
  }
  const auto partition = PartitionNamed(options.partition);
  if (!partition) return partition.error();
  request.partition = *partition;
  if (auto status = CheckWholePartitions(request.range, *partition); !status) {
    return std::move(status).error();
  }
  return request;
}

ExitCode RunExportCommand(const ExportCommandOptions& options, CommandContext& context) {
  context.KeepQuiet();
  const auto request = ReadRequest(options, context.clock.Now());
  if (!request) return Fail(request.error());
  if (request->to_output() && request->kind.format != ExportFormat::kCsv &&
      request->kind.format != ExportFormat::kJsonLines && isatty(STDOUT_FILENO) != 0) {
    return Fail(ConfigError("a terminal shows no " + std::string(request->kind.ending()) +
                            ": name a file instead of -"));
  }
  const auto dir = OpenDataDir(context.config(), DataDirUse::kLook);
  if (!dir) return Fail(dir.error());
  const Environment environment{context.config(), *dir, context.events, context.clock};
  const Status status = RunExport(*request, environment, context.log, context.signals.stop_token());
  if (context.signals.stop_token().stop_requested() && !status) {
    std::fputs("polyhouse: stopped before the end; files that are not whole are removed.\n",
               stderr);
    return context.signals.interrupted() ? ExitCode::kInterrupted : ExitCode::kFailed;
  }
  return status ? ExitCode::kDone : Fail(status.error());
}

}  // namespace

Command ExportCommand() {
  const auto options = std::make_shared<ExportCommandOptions>();
  return {
      .name = "export",
      .help = "Write a table, a view or the result of a SELECT into a file.",
      .group = kDaily,
      .example = "polyhouse export trades_current trades.parquet --since 2026-11-01",
      .settings = {"data_dir", "clickhouse_url", "database"},
      .options =
          {{.name = "source",
            .target = &options->source,
            .help = "A table, a view, \"view(parameter = …)\", or a statement: \"SELECT …\".",
            .is_required = true},
           {.name = "file",
            .target = &options->target,
            .help = "Its ending says the format: .parquet, .csv, .csv.gz, .csv.zst, .jsonl, "
                    ".jsonl.gz, .jsonl.zst, .arrow. - is standard output; with --partition it is a "
                    "folder.",
            .is_required = true},
           {"--since", &options->since, "Rows from this date, time or time ago (24h) on."},
           {"--until", &options->until, "Rows before this date, time or time ago."},
           {"--partition", &options->partition, "A folder for each day or month."},
           {"--format", &options->format, "Such as csv.gz, where no ending says it."},
           {"--time-column",
            &options->time_column,
            "The column that --since, --until and --partition mean; that of a table is known."},
           {"--force", &options->force, "Replace files that are there."}},
      .run = [options](CommandContext& context) { return RunExportCommand(*options, context); },
  };
}

}  // namespace polyhouse
