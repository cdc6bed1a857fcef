#include <cstdio>

#include "app/commands/command.h"
#include "app/repair_session.h"
#include "app/table_checks.h"

namespace polyhouse {
namespace {

struct VerifyOptions {
  bool json = false;
  bool repair = false;
  std::uint64_t sample = 0;
};

/// One run of the command on open streams.
class VerifyRun {
 public:
  VerifyRun(const VerifyOptions& options, const Environment& environment, std::stop_token stop)
      : options_(options),
        environment_(environment),
        stop_(std::move(stop)),
        retrier_(MakeRetrier(environment, "gamma", "verify")) {}

  Status Run(Streams& streams, TableAccess& tables, Findings& findings) {
    const KeptRun run(kVerifyRun, environment_);
    bool repaired = false;
    if (auto status = Check(streams, tables, findings, repaired); !status) return status;
    run.End(findings, repaired, tables, stop_);
    return Ok();
  }

 private:
  Status Check(Streams& streams, TableAccess& tables, Findings& findings, bool& repaired) {
    if (auto status = tables.Prepare(stop_); !status) return status;
    if (options_.repair) {
      if (auto status = WriteStreams(environment_, stop_); !status) return status;
    }
    RepairPlan plan;
    if (auto status = Verify(streams, tables, findings, plan); !status) return status;
    repaired = options_.repair && !findings.IsClean();
    if (!repaired) return Ok();
    std::fprintf(stderr,
                 "%llu things are wrong; fetching what is missing.\n",
                 static_cast<unsigned long long>(findings.wrong_count()));
    if (auto status = Mend(streams, plan); !status) return status;
    if (auto status = ReadFillsAgain(plan.blocks, environment_, streams, stop_); !status) {
      return status;
    }
    if (auto status = ReadActionsAgain(plan.action_blocks, environment_, streams, stop_); !status) {
      return status;
    }
    if (auto status = MendTable(tables, MarketRecords().table, plan.markets.rows); !status)
      return status;
    if (auto status = MendTable(tables, EventRecords().table, plan.events.rows); !status) {
      return status;
    }
    return Verify(streams, tables, findings, plan);
  }

  Status Verify(Streams& streams, TableAccess& tables, Findings& findings, RepairPlan& plan) {
    return VerifyTables(
        options_.sample, environment_, streams, tables, retrier_, findings, plan, stop_);
  }

  Status Mend(Streams& streams, const RepairPlan& plan) {
    const auto session = RepairSession::Open(environment_, streams, retrier_);
    if (!session) return session.error();
    const auto fetched = (*session)->repair().Run(plan, stop_);
    std::fprintf(stderr, "%s\n", (*session)->Summary().c_str());
    // Also what was fetched before a failure.
    auto written = WriteStreams(environment_, stop_);
    return fetched ? written : fetched;
  }

  /// What needs no fetching.
  Status MendTable(TableAccess& tables, std::string_view name, const RowsToFetch& rows) {
    const std::string table(name);
    if (rows.history_lacks) {
      auto status =
          tables.client().Execute("INSERT INTO " + table + "_versions SELECT * FROM " + table +
                                      " SETTINGS max_threads = 1, max_block_size = 8192, "
                                      "min_insert_block_size_rows = 65536, "
                                      "min_insert_block_size_bytes = 33554432",
                                  stop_);
      if (!status) return status;
    }
    if (!rows.stored_twice || HasClickHouse(environment_.config)) return Ok();
    return tables.client().Execute("OPTIMIZE TABLE " + table + " FINAL", stop_);
  }

  VerifyOptions options_;
  Environment environment_;
  std::stop_token stop_;
  Retrier retrier_;
};

ExitCode RunVerify(const VerifyOptions& options, CommandContext& context) {
  context.KeepQuiet();
  const auto dir = OpenDataDir(context.config(), DataDirUse::kLook);
  if (!dir) return Fail(dir.error());
  const Environment environment{context.config(), *dir, context.events, context.clock};
  const auto stop = context.signals.stop_token();
  const auto streams = Streams::Open(environment, {}, stop);
  if (!streams) return Fail(streams.error());
  Findings findings;
  VerifyRun run(options, environment, stop);
  const auto status = WithTables(
      environment,
      [&](TableAccess& tables) { return run.Run(**streams, tables, findings); },
      [] { return true; },
      stop);
  return Report(status, findings, options.json, context);
}

}  // namespace

Command VerifyCommand() {
  const auto options = std::make_shared<VerifyOptions>();
  return {
      .name = "verify",
      .help = "Prove that nothing is missing, stale or there twice; exit code 1 if something is.",
      .group = kCheck,
      .example = "polyhouse verify --repair",
      .settings = {"data_dir", "redis_url", "clickhouse_url", "gamma_url"},
      .options = {{"--json", &options->json, "As one JSON object."},
                  {"--repair",
                   &options->repair,
                   "Fetch what is missing, store it, and verify again."},
                  {.name = "--sample",
                   .target = &options->sample,
                   .help = "Ask the API for this many windows of 100 ids of each listing, too; 0: "
                           "do not ask it.",
                   .most = 1'000}},
      .run = [options](CommandContext& context) { return RunVerify(*options, context); },
  };
}

}  // namespace polyhouse
