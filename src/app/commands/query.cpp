#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>

#include "app/commands/command.h"
#include "app/table_access.h"

namespace polyhouse {
namespace {

struct QueryOptions {
  std::string sql;
  std::string format;
};

std::string FormatOf(const QueryOptions& options) {
  if (!options.format.empty()) return options.format;
  return isatty(STDOUT_FILENO) != 0 ? "PrettyCompact" : "TabSeparated";
}

Status Query(const QueryOptions& options, const Environment& environment, std::stop_token stop) {
  bool begun = false;
  bool written = true;
  const auto print = [&](std::string_view data) {
    begun = true;
    written = std::fwrite(data.data(), 1, data.size(), stdout) == data.size();
    return written;
  };
  const auto ask = [&](TableAccess& tables) -> Status {
    // What makes a query on a new directory answer "0 rows" instead of "no such table". A server
    // is asked as it is.
    if (!HasClickHouse(environment.config)) {
      if (auto status = tables.Prepare(stop); !status) return status;
    }
    return tables.client().Query(options.sql, {{"default_format", FormatOf(options)}}, print, stop);
  };
  auto status = WithTables(
      environment, ask, [&] { return !begun; }, stop);
  // A reader that has seen enough, such as `head`; or a full disk, of which the end will speak.
  return written ? status : Ok();
}

ExitCode RunQuery(const QueryOptions& options, CommandContext& context) {
  context.KeepQuiet();
  const auto dir = OpenDataDir(context.config(), DataDirUse::kLook);
  if (!dir) return Fail(dir.error());
  const Environment environment{context.config(), *dir, context.events, context.clock};
  if (const Status status = Query(options, environment, context.signals.stop_token()); !status) {
    if (context.signals.interrupted()) return ExitCode::kInterrupted;
    std::fprintf(stderr, "polyhouse: %s\n", status.error().message.c_str());
    return ExitCode::kFailed;
  }
  return ExitCode::kDone;
}

}  // namespace

void SetupQuery(CLI::App& app, RunCommand& run) {
  auto options = std::make_shared<QueryOptions>();
  auto* command = app.add_subcommand("query", "Run SQL on the tables.");
  command->add_option("sql", options->sql, "One statement.")->required();
  command->add_option(
      "--format",
      options->format,
      "A ClickHouse output format; PrettyCompact on a terminal, else TabSeparated.");
  command->callback([options, &run] {
    run = [options](CommandContext& context) { return RunQuery(*options, context); };
  });
}

}  // namespace polyhouse
