#include <CLI/CLI.hpp>
#include <cstdio>

#include "app/commands/command.h"
#include "app/status_facts.h"

namespace polyhouse {
namespace {

struct StatusOptions {
  bool json = false;
};

ExitCode RunStatus(const StatusOptions& options, CommandContext& context) {
  context.KeepQuiet();
  const auto dir = OpenDataDir(context.config(), DataDirUse::kLook);
  if (!dir) return Fail(dir.error());
  const Environment environment{context.config(), *dir, context.events, context.clock};
  const auto facts = GatherStatus(environment, context.signals.stop_token());
  if (!facts) return Fail(facts.error());
  std::fputs((options.json ? StatusJson(*facts) + "\n" : StatusText(*facts)).c_str(), stdout);
  return ExitCode::kDone;
}

}  // namespace

void SetupStatus(CLI::App& app, RunCommand& run) {
  auto options = std::make_shared<StatusOptions>();
  auto* command = app.add_subcommand(
      "status", "Say how far ingesters and writers are and what the tables hold.");
  command->add_flag("--json", options->json, "As one JSON object.");
  command->callback([options, &run] {
    run = [options](CommandContext& context) { return RunStatus(*options, context); };
  });
}

}  // namespace polyhouse
