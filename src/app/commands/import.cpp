#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "adapters/files/input_file.h"
#include "app/commands/command.h"
#include "app/progress.h"
#include "app/table_access.h"
#include "base/one_line.h"
#include "base/split.h"
#include "checks/table_answer.h"
#include "imports/chain_yield.h"
#include "imports/file_import.h"

namespace polyhouse {
namespace {

/// Inserts that go on side by side: while one is being sorted and written, the next is parsed.
constexpr std::size_t kConnections = 2;

struct ImportCommandOptions {
  std::vector<std::string> files;
  bool again = false;
  std::uint64_t chunk_bytes = FileImportOptions{}.chunk_bytes;
};

/// A second way to tables that are open already.
struct Connection {
  std::unique_ptr<HttpClient> http;
  std::unique_ptr<ClickHouseClient> client;
};

Result<Connection> OpenConnection(const Environment& environment) {
  auto options = TableOptions(environment);
  if (!options) return std::move(options).error();
  auto http = MakeTableHttp(environment);
  auto client = std::make_unique<ClickHouseClient>(std::move(*options), *http);
  return Connection{std::move(http), std::move(client)};
}

/// A file by the name that it has wherever the command is given, so that its import goes on.
Result<ImportedFile> FileAt(const std::string& path, std::optional<MappedFile>& mapped) {
  std::error_code error;
  const auto absolute = std::filesystem::canonical(path, error);
  if (error) return ConfigError(path + " cannot be opened: " + error.message());
  const std::string name = absolute.string();
  return ImportedFile{.path = name,
                      .open = [name] { return OpenInputFile(name); },
                      .map = [name, &mapped]() -> Result<std::string_view> {
                        auto file = MappedFile::Open(name);
                        if (!file) return std::move(file).error();
                        mapped.emplace(std::move(*file));
                        return mapped->bytes();
                      }};
}

std::string LineOf(const std::string& file,
                   const ImportGauge& gauge,
                   std::chrono::milliseconds elapsed) {
  const std::uint64_t rows = gauge.rows;
  const double share =
      gauge.size == 0 ? 0 : static_cast<double>(gauge.position) / static_cast<double>(gauge.size);
  const auto rate = rows * 1000 / static_cast<std::uint64_t>(std::max<long>(elapsed.count(), 1));
  return OneLine(file) + ": " + std::to_string(static_cast<int>(share * 100)) + " %, " +
         Amount(rows, "rows") + ", " + Amount(rate, "rows/s") + TimeLeft(share, elapsed);
}

/// Why rows of a file were not taken, each reason once; what it says of a row's value left out.
constexpr std::string_view kReasons =
    "SELECT splitByString(': ', reason)[1] AS why, count(), min(line) FROM import_rejects FINAL ";

class ImportRun {
 public:
  ImportRun(const ImportKind& kind,
            const ImportCommandOptions& options,
            const Environment& environment,
            telemetry::Log& log,
            std::stop_token stop)
      : kind_(kind),
        options_(options),
        environment_(environment),
        log_(log),
        stop_(std::move(stop)),
        retry_{{environment.config.retry_base, environment.config.retry_cap},
               environment.config.give_up_after} {}

  /// Success: done with all files; `is_whole` says whether every row was taken.
  Status Run() {
    auto tables = TableAccess::Open(environment_, Patience::kFail, stop_);
    if (!tables) return std::move(tables).error();
    if (auto status = (*tables)->Prepare(stop_); !status) return status;
    std::vector<Connection> connections;
    while (connections.size() < kConnections) {
      auto connection = OpenConnection(environment_);
      if (!connection) return std::move(connection).error();
      connections.push_back(std::move(*connection));
    }
    for (const Connection& connection : connections) tables_.push_back(connection.client.get());
    std::optional<Error> failure;
    for (const std::string& file : options_.files) {
      auto status = RunFile(file);
      if (status) continue;
      const bool is_of_file = status.error().kind == ErrorKind::kConfig ||
                              status.error().kind == ErrorKind::kMalformed ||
                              status.error().kind == ErrorKind::kRejected;
      if (!is_of_file) return status;
      if (failure) std::fprintf(stderr, "polyhouse: %s\n", failure->message.c_str());
      failure = status.error();
    }
    if (auto status = Yield(); !status) return status;
    return failure ? Status(*failure) : Ok();
  }

  bool is_whole() const { return is_whole_; }

 private:
  Retrier::Report Report() {
    return [this](const Error& error, std::chrono::milliseconds wait) {
      log_.Write(telemetry::Level::kWarn,
                 "The database does not take rows; they are sent again",
                 {{"wait_ms", std::to_string(wait.count())}, {"reason", error.message}});
    };
  }

  Status RunFile(const std::string& path) {
    std::optional<MappedFile> mapped;
    auto file = FileAt(path, mapped);
    if (!file) return std::move(file).error();
    const std::string name = file->path;
    ImportGauge gauge;
    FileImport import(kind_,
                      std::move(*file),
                      {.chunk_bytes = options_.chunk_bytes,
                       .retry = retry_,
                       .report = Report(),
                       .cluster = environment_.config.clickhouse_cluster,
                       .again = options_.again},
                      tables_,
                      environment_.clock);
    const auto started = SteadyNow();
    auto report = [&] {
      const Progress progress(
          log_, [&](std::chrono::milliseconds elapsed) { return LineOf(path, gauge, elapsed); });
      return import.Run(gauge, stop_);
    }();
    if (!report && report.error().kind == ErrorKind::kRejected) {
      return std::move(report).error().WithContext(name + " cannot be read by the database");
    }
    if (!report) return std::move(report).error();
    return Tell(name, *report, SteadyNow() - started);
  }

  Status Tell(const std::string& name,
              const FileImportReport& report,
              std::chrono::steady_clock::duration took) {
    const std::string shown = OneLine(name);
    if (report.has_changed) {
      std::fprintf(stderr,
                   "polyhouse: %s is not the file that was imported under this name before: read "
                   "from its start.\n",
                   shown.c_str());
    }
    if (!report.unused.empty()) {
      std::fprintf(stderr,
                   "polyhouse: %s: not used: %s\n",
                   shown.c_str(),
                   OneLine(Join(report.unused, ", ")).c_str());
    }
    const double seconds = std::chrono::duration<double>(took).count();
    std::fprintf(stderr,
                 "polyhouse: %s: %s in %.1f s%s\n",
                 shown.c_str(),
                 Amount(report.rows, "rows").c_str(),
                 seconds,
                 report.was_done ? ": nothing new since it was imported"
                 : report.from_line > 0
                     ? (", from line " + std::to_string(report.from_line + 1) + " on").c_str()
                     : "");
    return TellRejects(name, report.begun);
  }

  Status TellRejects(const std::string& name, std::uint64_t begun) {
    const std::string of_file =
        "WHERE path = " + Quoted(name) + " AND version >= " + std::to_string(begun);
    const auto reasons =
        Ask(*tables_.front(),
            std::string(kReasons) + of_file + " GROUP BY why ORDER BY count() DESC, why LIMIT 20",
            stop_);
    if (!reasons) return reasons.error();
    if (reasons->empty()) return Ok();
    is_whole_ = false;
    for (const auto& reason : *reasons) {
      std::fprintf(stderr,
                   "%12s  %s (first in line %s)\n",
                   reason[1].c_str(),
                   OneLine(reason[0]).c_str(),
                   reason[2].c_str());
    }
    std::fprintf(stderr,
                 "polyhouse: these rows were rejected. They are kept: polyhouse query \"SELECT "
                 "line, reason, text FROM import_rejects FINAL WHERE path = %s ORDER BY line\"\n",
                 OneLine(Quoted(name)).c_str());
    return Ok();
  }

  Status Yield() {
    Retrier retrier(retry_, Report(), environment_.clock, 0);
    const auto yielded = YieldToChain(kind_, *tables_.front(), retrier, stop_);
    if (!yielded) return yielded.error();
    if (*yielded == 0) return Ok();
    std::fprintf(stderr,
                 "polyhouse: %s of files are not shown, because the chain's own of the same "
                 "transactions are there.\n",
                 Amount(*yielded, kind_.name).c_str());
    return Ok();
  }

  const ImportKind& kind_;
  const ImportCommandOptions& options_;
  const Environment& environment_;
  telemetry::Log& log_;
  std::stop_token stop_;
  RetryPolicy retry_;
  std::vector<BulkTables*> tables_;
  bool is_whole_ = true;
};

ExitCode RunImport(const ImportKind& kind,
                   const ImportCommandOptions& options,
                   CommandContext& context) {
  context.KeepQuiet();
  if (options.chunk_bytes == 0) {
    return Fail(ConfigError("--chunk-bytes: an insert holds something; leave it out for 64 MB"));
  }
  const auto dir = OpenDataDir(context.config(), DataDirUse::kMake);
  if (!dir) return Fail(dir.error());
  Config config = context.config();
  config.schema_imports = true;
  const Environment environment{config, *dir, context.events, context.clock};
  ImportRun run(kind, options, environment, context.log, context.signals.stop_token());
  const Status status = run.Run();
  if (context.signals.stop_token().stop_requested()) {
    std::fputs("polyhouse: stopped before the end; the same command goes on from here.\n", stderr);
    return context.signals.interrupted() ? ExitCode::kInterrupted : ExitCode::kFailed;
  }
  if (!status) return Fail(status.error());
  return run.is_whole() ? ExitCode::kDone : ExitCode::kFailed;
}

Command ImportCommandOf(const ImportKind& kind, std::string help) {
  const auto options = std::make_shared<ImportCommandOptions>();
  return {
      .name = std::string(kind.name),
      .help = std::move(help),
      .options = {{.name = "file",
                   .target = &options->files,
                   .help = "CSV, JSON lines or Parquet, also compressed by gzip, zstd or xz.",
                   .is_required = true},
                  {"--again",
                   &options->again,
                   "From the start, also what was imported before: rows take the place of what "
                   "they are again."},
                  {.name = "--chunk-bytes",
                   .target = &options->chunk_bytes,
                   .help = "Text of one insert; three are in memory at once.",
                   .shows_default = true,
                   .most = 1 << 30}},
      .run = [&kind,
              options](CommandContext& context) { return RunImport(kind, *options, context); },
  };
}

}  // namespace

Command ImportCommand() {
  return {
      .name = "import",
      .help = "Bring files of fills, trades or markets into the tables, such as poly_data's.",
      .group = kDaily,
      .example = "polyhouse import fills orderFilled.csv.xz",
      .settings = {"data_dir", "clickhouse_url", "database"},
      .subcommands = {ImportCommandOf(ImportOfFills(), "Fills, such as orderFilled.csv."),
                      ImportCommandOf(ImportOfTrades(), "Trades, such as trades.csv."),
                      ImportCommandOf(ImportOfMarkets(), "Markets, such as markets.csv.")},
  };
}

}  // namespace polyhouse
