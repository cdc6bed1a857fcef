#include <CLI/CLI.hpp>
#include <cstdio>
#include <random>

#include "app/commands/command.h"
#include "app/repair_session.h"
#include "app/table_access.h"
#include "checks/reconciliation.h"

namespace polyhouse {
namespace {

constexpr const char* kPolymarketClob = "https://clob.polymarket.com";

struct ReconcileOptions {
  bool json = false;
  bool repair = false;
};

/// kConfig when there is no witness.
Result<std::string> ClobUrl(const Config& config) {
  if (!config.clob_url.empty()) return config.clob_url;
  if (config.gamma_url == Config().gamma_url) return std::string(kPolymarketClob);
  return ConfigError(
      "there is no witness to compare with: the Gamma API of these settings is not Polymarket's "
      "own, so say with --clob-url where the CLOB's listing is");
}

/// The highest id that the discover lane of markets has seen.
Result<std::uint64_t> NewestId(Streams& streams) {
  const auto admin = streams.OpenAdmin();
  if (!admin) return admin.error();
  const auto states = (*admin)->States();
  if (!states) return states.error();
  const auto newest = states->find(std::string(kMarketsNames.state_key) + "_newest_id");
  return newest == states->end() ? 0 : IdNumber(newest->second);
}

/// A market that has changed at the API within this time may be on its way: that of a round of the
/// lanes that keep rows up to date, doubled.
std::chrono::milliseconds LagOf(const Config& config) {
  std::chrono::milliseconds lag{0};
  if (config.markets_refresh) lag += 2 * config.markets_refresh_interval;
  if (config.markets_settle) lag += 2 * config.markets_settle_interval;
  return lag;
}

/// Fetches what is wrong and writes it into the tables.
Status Mend(const Environment& environment,
            Streams& streams,
            Retrier& retrier,
            const Findings& findings,
            const std::stop_token& stop) {
  const auto session = RepairSession::Open(environment, streams, retrier);
  if (!session) return session.error();
  std::vector<std::string> conditions;
  for (const Finding& finding : findings.WrongOf(Reconciliation::kMissing)) {
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

Status Reconcile(const ReconcileOptions& options,
                 const Environment& environment,
                 Findings& findings,
                 std::stop_token stop) {
  const Config& config = environment.config;
  const auto url = ClobUrl(config);
  if (!url) return url.error();
  const auto streams = Streams::Open(environment, {}, stop);
  if (!streams) return streams.error();
  const auto newest_id = NewestId(**streams);
  if (!newest_id) return newest_id.error();
  const auto clob_http = PacedHttp::Open(ApiRoute::kClobMarkets, environment, **streams);
  if (!clob_http) return clob_http.error();
  const auto listing = PacedListing::Open(ListingKind::kMarkets, environment, **streams);
  if (!listing) return listing.error();
  ClobListing clob(*url, config.request_timeout, (*clob_http)->http());
  Retrier retrier({.name = {"clob", "reconcile"},
                   .backoff = {config.retry_base, config.retry_cap},
                   .give_up_after = config.give_up_after},
                  environment.events,
                  environment.clock,
                  std::random_device()());
  MarketLookup gamma((*listing)->listing(), retrier, environment.clock);
  const auto compare = [&](TableAccess& tables) -> Status {
    findings = Findings();
    if (auto status = tables.Prepare(stop); !status) return status;
    if (options.repair) {
      if (auto status = WriteStreams(environment, stop); !status) return status;
    }
    Reconciliation reconciliation({.newest_id = *newest_id, .lag = LagOf(config)},
                                  {clob, gamma, tables.client(), tables.client(), retrier});
    const auto version =
        static_cast<std::uint64_t>(environment.clock.Now().time_since_epoch().count());
    if (auto status = reconciliation.ReadWitness(version, findings, stop); !status) return status;
    if (auto status = reconciliation.Compare(version, findings, stop); !status) return status;
    if (!options.repair || findings.IsClean()) return Ok();
    if (auto status = Mend(environment, **streams, retrier, findings, stop); !status) return status;
    findings.ForgetFindings();
    return reconciliation.Compare(version, findings, stop);
  };
  return WithTables(
      environment, compare, [] { return true; }, stop);
}

ExitCode RunReconcile(const ReconcileOptions& options, CommandContext& context) {
  context.KeepQuiet();
  const auto dir = OpenDataDir(context.config(), DataDirUse::kLook);
  if (!dir) return Fail(dir.error());
  const Environment environment{context.config(), *dir, context.events, context.clock};
  Findings findings;
  const auto status = Reconcile(options, environment, findings, context.signals.stop_token());
  if (context.signals.interrupted()) return ExitCode::kInterrupted;
  if (!status) return Fail(status.error());
  std::fputs((options.json ? findings.Json() + "\n" : findings.Text()).c_str(), stdout);
  return findings.IsClean() ? ExitCode::kDone : ExitCode::kFailed;
}

}  // namespace

void SetupReconcile(CLI::App& app, RunCommand& run) {
  auto options = std::make_shared<ReconcileOptions>();
  auto* command = app.add_subcommand(
      "reconcile", "Compare the tables with the CLOB's own listing, an independent witness.");
  command->add_flag("--json", options->json, "As one JSON object.");
  command->add_flag(
      "--repair", options->repair, "Fetch what is wrong, store it, and compare again.");
  command->callback([options, &run] {
    run = [options](CommandContext& context) { return RunReconcile(*options, context); };
  });
}

}  // namespace polyhouse
