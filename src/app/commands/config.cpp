#include <cstdio>

#include "app/commands/command.h"
#include "app/redis_streams.h"
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
  if (HasRedis(context.config())) {
    if (const auto redis = RedisOptionsOf(context.config()); !redis) return Fail(redis.error());
  }
  if (const auto tables = TableOptions(environment); !tables) return Fail(tables.error());
  std::puts("The configuration is valid.");
  return ExitCode::kDone;
}

}  // namespace

Command ConfigCommand() {
  const auto markdown = std::make_shared<bool>(false);
  const auto print_sample = [markdown](CommandContext&) {
    std::fputs((*markdown ? ConfigReference() : SampleConfig()).c_str(), stdout);
    return ExitCode::kDone;
  };
  return {
      .name = "config",
      .help = "Look at the settings.",
      .group = kAboutIt,
      .example = "polyhouse config sample > polyhouse.toml",
      .subcommands = {{.name = "check",
                       .help =
                           "Say whether the settings are valid and the data directory can be used.",
                       .run = &Check},
                      {.name = "show",
                       .help = "Print every setting and where its value comes from.",
                       .run = &Show},
                      {.name = "sample",
                       .help = "Print a polyhouse.toml with every setting.",
                       .options = {{"--markdown", markdown.get(), "Print docs/config.md instead."}},
                       .run = print_sample}},
  };
}

}  // namespace polyhouse
