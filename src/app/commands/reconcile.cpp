#include <CLI/CLI.hpp>
#include <cstdio>
#include <random>

#include "app/commands/command.h"
#include "app/streams.h"
#include "app/table_access.h"
#include "checks/reconciliation.h"

namespace polyhouse {
namespace {

constexpr const char* kPolymarketClob = "https://clob.polymarket.com";

struct ReconcileOptions {
  bool json = false;
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
Result<std::uint64_t> NewestId(const Environment& environment, std::stop_token stop) {
  const auto streams = Streams::Open(environment, {}, std::move(stop));
  if (!streams) return streams.error();
  const auto admin = (*streams)->OpenAdmin();
  if (!admin) return admin.error();
  const auto states = (*admin)->States();
  if (!states) return states.error();
  const auto newest = states->find(std::string(kMarketsNames.state_key) + "_newest_id");
  return newest == states->end() ? 0 : IdNumber(newest->second);
}

Status Reconcile(const Environment& environment, Findings& findings, std::stop_token stop) {
  const Config& config = environment.config;
  const auto url = ClobUrl(config);
  if (!url) return url.error();
  const auto newest_id = NewestId(environment, stop);
  if (!newest_id) return newest_id.error();
  const auto clob_http = MakeApiHttp(config, environment.clock);
  const auto listing = OpenListing(ListingKind::kMarkets, environment);
  ClobListing clob(*url, config.request_timeout, *clob_http);
  Retrier retrier({.name = {"clob", "reconcile"},
                   .backoff = {config.retry_base, config.retry_cap},
                   .give_up_after = config.give_up_after},
                  environment.events,
                  environment.clock,
                  std::random_device()());
  MarketLookup gamma(*listing, retrier, environment.clock);
  const auto compare = [&](TableAccess& tables) -> Status {
    findings = Findings();
    if (auto status = tables.Prepare(stop); !status) return status;
    Reconciliation reconciliation({.newest_id = *newest_id},
                                  {clob, gamma, tables.client(), tables.client(), retrier});
    const auto version =
        static_cast<std::uint64_t>(environment.clock.Now().time_since_epoch().count());
    if (auto status = reconciliation.ReadWitness(version, findings, stop); !status) return status;
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
  const auto status = Reconcile(environment, findings, context.signals.stop_token());
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
  command->callback([options, &run] {
    run = [options](CommandContext& context) { return RunReconcile(*options, context); };
  });
}

}  // namespace polyhouse
