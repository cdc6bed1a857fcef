#include <algorithm>
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

struct ReplayCommandOptions {
  std::vector<std::string> directories;
  std::string tables;
};

/// Those that an archive can rebuild.
std::vector<std::string_view> KnownTables() {
  std::vector<std::string_view> tables;
  for (const ListingType* type : Listings()) tables.push_back(type->records().table);
  tables.push_back(LedgerRecords().table);
  return tables;
}

/// "a, b and c"; at least two.
std::string Listed(std::span<const std::string_view> words) {
  return Join(words.first(words.size() - 1), ", ") + " and " + std::string(words.back());
}

/// Which tables are to be rebuilt.
class WantedTables {
 public:
  /// kConfig when one is no table that an archive can rebuild. Empty means all.
  static Result<WantedTables> Parse(const std::string& text) {
    const auto known = KnownTables();
    WantedTables wanted;
    for (const std::string& name : Split(text, ',')) {
      if (name.empty()) continue;
      if (std::find(known.begin(), known.end(), name) == known.end()) {
        return ConfigError("An archive holds no table \"" + name + "\", only " + Listed(known) +
                           DidYouMean(name, known));
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
  std::vector<const IngestedListing*> Listings() const {
    std::vector<const IngestedListing*> listings;
    for (const IngestedListing* listing : IngestedListings()) {
      const bool is_wanted =
          tables_.Has(listing->type.records().table) || tables_.Has(LedgerRecords().table);
      if (is_wanted) listings.push_back(listing);
    }
    return listings;
  }

  Status Run(const IngestedListing& listing,
             const Environment& environment,
             Streams& streams,
             std::stop_token stop) {
    const auto claim = streams.Claim(IngestRole(listing), stop);
    if (!claim) return claim.error().kind == ErrorKind::kStopping ? Ok() : Status(claim.error());
    const auto writer = (*claim)->OpenWriter();
    if (!writer) return writer.error();
    const Config& config = environment.config;
    ReplayOptions options;
    options.rows = tables_.Has(listing.type.records().table);
    options.ledger = tables_.Has(LedgerRecords().table);
    options.backoff = {config.retry_base, config.retry_cap};
    options.give_up_after = config.give_up_after;
    options.max_backlog = config.max_backlog;
    ZstdArchiveSource source(files_.files, listing.names().ingester);
    ArchiveReplay replay(listing.type, options, **writer, environment.events, environment.clock);
    Status status = replay.Run(source, stop);
    const std::lock_guard lock(mutex_);
    reports_[std::string(listing.names().ingester)] = source.report();
    if (!status && (*claim)->lost().stop_requested()) {
      return TransientError("an ingester has taken over the role of " + IngestRole(listing) +
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
  options.listings = replay.Listings();
  options.mode = RunMode::kOnce;
  options.ingest = [&](const IngestedListing& listing, Streams& streams, std::stop_token stop) {
    return replay.Run(listing, environment, streams, std::move(stop));
  };
  return RunPipeline(options, environment, context.log, context.signals.stop_token());
}

ExitCode RunReplay(const ReplayCommandOptions& options, CommandContext& context) {
  const auto started = SteadyNow();
  auto tables = WantedTables::Parse(options.tables);
  if (!tables) return Fail(tables.error());
  ArchivedListings listings;
  for (const ListingType* type : Listings()) listings.push_back(type->names.ingester);
  auto files = FindArchiveFiles(options.directories, listings);
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
                   "Only these, separated by commas: " + Join(KnownTables(), ", ") + "."}},
      .run = [options](CommandContext& context) { return RunReplay(*options, context); },
  };
}

}  // namespace polyhouse
