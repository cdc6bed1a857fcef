#include "app/doctor/doctor.h"

#include <cstdio>

#include "app/commands/command.h"

namespace polyhouse {
namespace {

struct DoctorOptions {
  bool json = false;
};

ExitCode RunDoctor(const DoctorOptions& options, CommandContext& context) {
  context.KeepQuiet();
  const Checkups checkups = Examine(context);
  if (context.signals.interrupted()) return ExitCode::kInterrupted;
  std::fputs((options.json ? JsonOf(checkups) + "\n" : TextOf(checkups)).c_str(), stdout);
  return WorstOf(checkups) == Verdict::kFail ? ExitCode::kFailed : ExitCode::kDone;
}

}  // namespace

Command DoctorCommand() {
  const auto options = std::make_shared<DoctorOptions>();
  return {
      .name = "doctor",
      .help = "Look at settings, machine, servers, tables, API and nodes, and say what to mend.",
      .group = kCheck,
      .example = "polyhouse doctor --json",
      .settings = {"data_dir", "gamma_url", "clob_url", "rpc_url", "redis_url", "clickhouse_url"},
      .options = {{"--json", &options->json, "As one JSON object."}},
      .run = [options](CommandContext& context) { return RunDoctor(*options, context); },
      .takes_wrong_settings = true,
  };
}

}  // namespace polyhouse
