#include <CLI/CLI.hpp>
#include <cstdio>

#include "app/commands/command.h"
#include "app/table_access.h"
#include "config/config_table.h"

namespace polyhouse {
namespace {

ExitCode Show(CommandContext& context) {
  for (const Setting& setting : ConfigTable()) {
    const std::string key(setting.key);
    std::printf("%-28s %-44s (%s)\n",
                key.c_str(),
                ValueText(context.config(), setting).c_str(),
                context.settings.origins.at(key).c_str());
  }
  return ExitCode::kDone;
}

ExitCode Check(CommandContext& context) {
  const auto dir = OpenDataDir(context.config(), DataDirUse::kMake);
  if (!dir) return Fail(dir.error());
  const Environment environment{context.config(), *dir, context.events, context.clock};
  if (const auto tables = TableOptions(environment); !tables) return Fail(tables.error());
  std::puts("The configuration is valid.");
  return ExitCode::kDone;
}

}  // namespace

void SetupConfig(CLI::App& app, RunCommand& run) {
  auto* config = app.add_subcommand("config", "Look at the settings.");
  auto* check = config->add_subcommand(
      "check", "Say whether the settings are valid and the data directory can be used.");
  check->fallthrough();
  check->callback([&run] { run = &Check; });
  auto* show =
      config->add_subcommand("show", "Print every setting and where its value comes from.");
  show->fallthrough();
  show->callback([&run] { run = &Show; });
  auto markdown = std::make_shared<bool>(false);
  auto* sample = config->add_subcommand("sample", "Print a polyhouse.toml with every setting.");
  sample->add_flag("--markdown", *markdown, "Print docs/config.md instead.");
  sample->fallthrough();
  sample->callback([markdown, &run] {
    run = [markdown](CommandContext&) {
      std::fputs((*markdown ? ConfigReference() : SampleConfig()).c_str(), stdout);
      return ExitCode::kDone;
    };
  });
}

}  // namespace polyhouse
