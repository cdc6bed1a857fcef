#include <algorithm>
#include <array>
#include <cstdio>
#include <mutex>

#include "adapters/files/zstd_archive_source.h"
#include "app/commands/command.h"
#include "app/pipeline.h"
#include "app/summary.h"
#include "base/split.h"
#include "config/config_table.h"
#include "flow/replay/archive_replay.h"

namespace polyhouse {
namespace {

constexpr std::string_view kLedgerTable = "ingest_ledger";

struct ReplayCommandOptions {
  std::vector<std::string> directories;
  std::string tables;
};

std::string_view TableOf(ListingKind kind) {
  return kind == ListingKind::kMarkets ? "markets" : "polymarket_events";
}

/// Which tables are to be rebuilt.
class WantedTables {
 public:
  /// kConfig when one is no table that an archive can rebuild. Empty means all.
  static Result<WantedTables> Parse(const std::string& text) {
    static constexpr std::array<std::string_view, 3> kKnown = {
        "markets", "polymarket_events", kLedgerTable};
    WantedTables wanted;
    for (const std::string& name : Split(text, ',')) {
      if (name.empty()) continue;
      if (std::find(kKnown.begin(), kKnown.end(), name) == kKnown.end()) {
        return ConfigError("An archive holds no table \"" + name +
                           "\", only markets, polymarket_events and ingest_ledger" +
                           DidYouMean(name, {kKnown.begin(), kKnown.end()}));
      }
      wanted.names_.push_back(name);
    }
    return wanted;
  }

  bool Has(std::string_view table) const {
    return names_.empty() || std::find(names_.begin(), names_.end(), table) != names_.end();
  }

 private:
  std::vector<std::string> names_;
};

/// The archive and what was met in it, by listing. Listings are read on threads of their own.
class Replay {
 public:
  Replay(ArchiveFiles files, WantedTables tables)
      : files_(std::move(files)), tables_(std::move(tables)) {}

  /// The listings that have something to do with the tables.
  std::vector<ListingKind> Kinds() const {
    std::vector<ListingKind> kinds;
    for (const ListingKind kind : {ListingKind::kMarkets, ListingKind::kEvents}) {
      const bool is_wanted = tables_.Has(TableOf(kind)) || tables_.Has(kLedgerTable);
      if (is_wanted) kinds.push_back(kind);
    }
    return kinds;
  }

  Status Run(ListingKind kind,
             const Environment& environment,
             Streams& streams,
             std::stop_token stop) {
    const auto claim = streams.Claim(IngestRole(kind), stop);
    if (!claim) return claim.error().kind == ErrorKind::kStopping ? Ok() : Status(claim.error());
    const auto writer = (*claim)->OpenWriter();
    if (!writer) return writer.error();
    const Config& config = environment.config;
    ReplayOptions options;
    options.rows = tables_.Has(TableOf(kind));
    options.ledger = tables_.Has(kLedgerTable);
    options.backoff = {config.retry_base, config.retry_cap};
    options.give_up_after = config.give_up_after;
    options.max_backlog = config.max_backlog;
    ZstdArchiveSource source(files_.files, NamesOf(kind).ingester);
    ArchiveReplay replay(NamesOf(kind), options, **writer, environment.events, environment.clock);
    Status status = replay.Run(source, stop);
    const std::lock_guard lock(mutex_);
    reports_[std::string(NamesOf(kind).ingester)] = source.report();
    if (!status && (*claim)->lost().stop_requested()) {
      return TransientError("an ingester has taken over the role of " + IngestRole(kind) +
                            ": stop it, then replay again");
    }
    return status;
  }

  /// For a person. True when everything could be read.
  bool Print() const {
    bool is_whole = files_.problems.empty();
    std::fprintf(stderr,
                 "%-20s %10s %10s %12s %12s %12s\n",
                 "archive",
                 "files",
                 "answers",
                 "other status",
                 "only seen",
                 "unreadable");
    for (const auto& [listing, report] : reports_) {
      std::fprintf(stderr,
                   "%-20s %10llu %10llu %12llu %12llu %12zu\n",
                   listing.c_str(),
                   static_cast<unsigned long long>(report.files),
                   static_cast<unsigned long long>(report.answers),
                   static_cast<unsigned long long>(report.other_status),
                   static_cast<unsigned long long>(report.only_seen),
                   report.problems.size());
      is_whole = is_whole && report.problems.empty();
    }
    PrintAll(files_.problems);
    for (const auto& [listing, report] : reports_) {
      PrintAll(report.notes);
      PrintAll(report.problems);
    }
    return is_whole;
  }

 private:
  static void PrintAll(const std::vector<std::string>& sentences) {
    for (const std::string& sentence : sentences) {
      std::fprintf(stderr, "polyhouse: %s\n", sentence.c_str());
    }
  }

  ArchiveFiles files_;
  WantedTables tables_;
  std::mutex mutex_;
  std::map<std::string, ArchiveReport> reports_;
};

Status RunAll(Replay& replay, CommandContext& context) {
  const auto dir = OpenDataDir(context.config(), DataDirUse::kMake);
  if (!dir) return dir.error();
  const auto config = ToolConfig({context.config(), *dir, context.events, context.clock},
                                 "replay",
                                 context.signals.stop_token());
  if (!config) return config.error();
  const Environment environment{*config, *dir, context.events, context.clock};
  PipelineOptions options;
  options.kinds = replay.Kinds();
  options.mode = RunMode::kOnce;
  options.ingest = [&](ListingKind kind, Streams& streams, std::stop_token stop) {
    return replay.Run(kind, environment, streams, std::move(stop));
  };
  return RunPipeline(options, environment, context.log, context.signals.stop_token());
}

ExitCode RunReplay(const ReplayCommandOptions& options, CommandContext& context) {
  const auto started = SteadyNow();
  auto tables = WantedTables::Parse(options.tables);
  if (!tables) return Fail(tables.error());
  auto files = FindArchiveFiles(options.directories);
  if (!files) return Fail(files.error());
  Replay replay(std::move(*files), std::move(*tables));
  const Status status = RunAll(replay, context);
  const bool stopped = context.signals.stop_token().stop_requested();
  if (!status && !(stopped && status.error().kind == ErrorKind::kStopping)) {
    return Fail(status.error());
  }
  const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(SteadyNow() - started);
  std::fputs(Summary(context.events.Snapshot(), elapsed).c_str(), stderr);
  const bool is_whole = replay.Print();
  if (!stopped) return is_whole ? ExitCode::kDone : ExitCode::kFailed;
  std::fputs("polyhouse: stopped before the end; the same command goes on from here.\n", stderr);
  return context.signals.interrupted() ? ExitCode::kInterrupted : ExitCode::kFailed;
}

}  // namespace

Command ReplayCommand() {
  const auto options = std::make_shared<ReplayCommandOptions>();
  return {
      .name = "replay",
      .help = "Rebuild tables from an archive (archive.dir), without the network.",
      .group = kCheck,
      .example = "polyhouse replay ARCHIVE",
      .settings = {"data_dir", "clickhouse_url", "archive."},
      .options = {{.name = "dir",
                   .target = &options->directories,
                   .help = "The archive; several are read as one.",
                   .is_required = true},
                  {"--tables",
                   &options->tables,
                   "Only these, separated by commas: markets, polymarket_events, ingest_ledger."}},
      .run = [options](CommandContext& context) { return RunReplay(*options, context); },
  };
}

}  // namespace polyhouse
