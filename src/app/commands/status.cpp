#include <cstdio>

#include "app/commands/command.h"
#include "app/condition.h"
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
  const auto facts = GatherStatus(environment, Counting::kExact, context.signals.stop_token());
  if (!facts) {
    if (facts.error().kind != ErrorKind::kTransient) return Fail(facts.error());
    const Condition unseen = UnseenCondition(facts.error(), {}, context.clock.Now());
    const std::string text =
        options.json ? "{\"condition\":" + ConditionJson(unseen) + "}\n" : ConditionText(unseen);
    std::fputs(text.c_str(), stdout);
    return ExitCode::kFailed;
  }
  const Condition condition = ConditionOf(*facts, context.config(), context.clock.Now());
  const std::string text = options.json ? StatusJson(*facts, ConditionJson(condition)) + "\n"
                                        : ConditionText(condition) + "\n" + StatusText(*facts);
  std::fputs(text.c_str(), stdout);
  return facts->tables_away.empty() ? ExitCode::kDone : ExitCode::kFailed;
}

}  // namespace

Command StatusCommand() {
  const auto options = std::make_shared<StatusOptions>();
  return {
      .name = "status",
      .help = "Say how far ingesters and writers are and what the tables hold.",
      .group = kDaily,
      .example = "polyhouse status --json",
      .settings = {"data_dir", "redis_url", "clickhouse_url"},
      .options = {{"--json", &options->json, "As one JSON object."}},
      .run = [options](CommandContext& context) { return RunStatus(*options, context); },
  };
}

}  // namespace polyhouse
