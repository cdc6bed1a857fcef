#include <cstdio>
#include <functional>
#include <random>

#include "app/commands/command.h"
#include "app/fill_witness.h"
#include "app/repair_session.h"
#include "app/table_checks.h"
#include "checks/payout_check.h"

namespace polyhouse {
namespace {

struct ReconcileOptions {
  bool json = false;
  bool repair = false;
};

/// Fetches what is wrong and writes it into the tables.
Status Mend(const Environment& environment,
            Streams& streams,
            Retrier& retrier,
            const Findings& findings,
            const std::stop_token& stop) {
  const auto session = RepairSession::Open(environment, streams, retrier);
  if (!session) return session.error();
  std::vector<std::string> conditions;
  for (const Finding& finding : findings.WrongOf(kMissingMarketFound)) {
    conditions.push_back(finding.id);
  }
  std::vector<std::string> ids;
  for (const auto kind : {Reconciliation::kClosed, Reconciliation::kWinner}) {
    for (const Finding& finding : findings.WrongOf(kind)) ids.push_back(finding.id);
  }
  Repair& repair = (*session)->repair();
  if (auto status = repair.FetchConditions(conditions, stop); !status) return status;
  if (auto status = repair.FetchMarkets(std::move(ids), stop); !status) return status;
  std::fprintf(stderr, "%s\n", (*session)->Summary().c_str());
  return WriteStreams(environment, stop);
}

/// A comparison; it says whether it has repaired what it found first.
using Comparison = std::function<Status(TableAccess& tables, bool& repaired)>;

/// Opens the tables for it, and keeps what it finds.
Status CompareInTables(std::string_view name,
                       const Environment& environment,
                       const Findings& findings,
                       const Comparison& compare,
                       const std::stop_token& stop) {
  const auto work = [&](TableAccess& tables) -> Status {
    if (auto status = tables.Prepare(stop); !status) return status;
    const KeptRun run(name, environment);
    bool repaired = false;
    if (auto status = compare(tables, repaired); !status) return status;
    run.End(findings, repaired, tables, stop);
    return Ok();
  };
  return WithTables(
      environment, work, [] { return true; }, stop);
}

Status Reconcile(const ReconcileOptions& options,
                 const Environment& environment,
                 Findings& findings,
                 std::stop_token stop) {
  if (const auto url = WitnessUrl(environment.config); !url) return url.error();
  const auto streams = Streams::Open(environment, {}, stop);
  if (!streams) return streams.error();
  Retrier retrier = MakeRetrier(environment, "clob", "reconcile");
  const auto check = WitnessCheck::Open(environment, **streams, retrier);
  if (!check) return check.error();
  const auto compare = [&](TableAccess& tables, bool& repaired) -> Status {
    if (options.repair) {
      if (auto status = WriteStreams(environment, stop); !status) return status;
    }
    if (auto status = (*check)->Run(tables, findings, stop); !status) return status;
    repaired = options.repair && !findings.IsClean();
    if (!repaired) return Ok();
    if (auto status = Mend(environment, **streams, retrier, findings, stop); !status) return status;
    return (*check)->CompareAgain(tables, findings, stop);
  };
  return CompareInTables(kReconcileRun, environment, findings, compare, stop);
}

/// Compares, and says what was found.
ExitCode RunCheck(
    bool json,
    CommandContext& context,
    const std::function<Status(const Environment&, Findings&, const std::stop_token&)>& check) {
  context.KeepQuiet();
  const auto dir = OpenDataDir(context.config(), DataDirUse::kLook);
  if (!dir) return Fail(dir.error());
  const Environment environment{context.config(), *dir, context.events, context.clock};
  Findings findings;
  const auto status = check(environment, findings, context.signals.stop_token());
  return Report(status, findings, json, context);
}

ExitCode RunReconcile(const ReconcileOptions& options, CommandContext& context) {
  return RunCheck(options.json, context, [&](const auto& environment, auto& findings, auto& stop) {
    return Reconcile(options, environment, findings, stop);
  });
}

struct FillsOptions {
  bool json = false;
  bool repair = false;
  std::uint64_t ranges = 20;
  std::uint64_t markets = 10;
};

Status ReconcileFills(const FillsOptions& options,
                      const Environment& environment,
                      Findings& findings,
                      const std::stop_token& stop) {
  const auto streams = Streams::Open(environment, {}, stop);
  if (!streams) return streams.error();
  const FillSample sample{options.ranges, options.markets, std::random_device()()};
  std::vector<BlockRange> again;
  const auto compare = [&](TableAccess& tables, bool& repaired) -> Status {
    auto status = CompareFills(sample, environment, **streams, tables, findings, again, stop);
    repaired = options.repair && !findings.IsClean();
    if (!status || !repaired) return status;
    status = ReadFillsAgain(again, environment, **streams, stop);
    if (!status) return status;
    return CompareFills(sample, environment, **streams, tables, findings, again, stop);
  };
  return CompareInTables(kReconcileFillsRun, environment, findings, compare, stop);
}

ExitCode RunReconcileFills(const FillsOptions& options, CommandContext& context) {
  return RunCheck(options.json, context, [&](const auto& environment, auto& findings, auto& stop) {
    return ReconcileFills(options, environment, findings, stop);
  });
}

Command ReconcileFillsCommand() {
  const auto options = std::make_shared<FillsOptions>();
  return {
      .name = "fills",
      .help = "Compare a sample of fills with another node, and of trades with the Data API.",
      .options = {{"--json", &options->json, "As one JSON object."},
                  {"--repair",
                   &options->repair,
                   "Read the blocks of what is wrong again, and compare again."},
                  {.name = "--ranges",
                   .target = &options->ranges,
                   .help = "Ranges of blocks to ask a node for.",
                   .shows_default = true,
                   .most = 10'000},
                  {.name = "--markets",
                   .target = &options->markets,
                   .help = "Markets to ask the Data API for.",
                   .shows_default = true,
                   .most = 10'000}},
      .run = [options](CommandContext& context) { return RunReconcileFills(*options, context); },
  };
}

Status ReconcilePayouts(const Environment& environment,
                        Findings& findings,
                        const std::stop_token& stop) {
  const auto compare = [&](TableAccess& tables, bool& /*repaired*/) {
    return CheckPayouts(tables.client(), findings, stop);
  };
  return CompareInTables(kReconcilePayoutsRun, environment, findings, compare, stop);
}

Command ReconcilePayoutsCommand() {
  const auto json = std::make_shared<bool>(false);
  return {
      .name = "payouts",
      .help = "Compare what closed markets have paid by the API with the chain's resolutions.",
      .options = {{"--json", json.get(), "As one JSON object."}},
      .run = [json](CommandContext& context) { return RunCheck(*json, context, ReconcilePayouts); },
  };
}

}  // namespace

Command ReconcileCommand() {
  const auto options = std::make_shared<ReconcileOptions>();
  return {
      .name = "reconcile",
      .help = "Compare the tables with the CLOB's own listing, an independent witness.",
      .group = kCheck,
      .example = "polyhouse reconcile --repair",
      .settings = {"data_dir", "redis_url", "clickhouse_url", "clob_url", "rpc_url", "data_url"},
      .options = {{"--json", &options->json, "As one JSON object."},
                  {"--repair",
                   &options->repair,
                   "Fetch what is wrong, store it, and compare again."}},
      .subcommands = {ReconcileFillsCommand(), ReconcilePayoutsCommand()},
      .run = [options](CommandContext& context) { return RunReconcile(*options, context); },
  };
}

}  // namespace polyhouse
