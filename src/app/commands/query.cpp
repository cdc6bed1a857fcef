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

Status Query(const QueryOptions& options, CommandContext& context) {
  const auto dir = OpenDataDir(context.config());
  if (!dir) return dir.error();
  const Environment environment{context.config(), *dir, context.events, context.clock};
  const auto stop = context.signals.stop_token();
  const auto tables = TableAccess::Open(environment, Patience::kFail, stop);
  if (!tables) return tables.error();
  // What makes a query on a new directory answer "0 rows" instead of "no such table". A server is
  // asked as it is.
  if (!HasClickHouse(context.config())) {
    if (auto status = (*tables)->Prepare(stop); !status) return status;
  }

  const bool terminal = isatty(STDOUT_FILENO) != 0;
  const std::string format = !options.format.empty() ? options.format
                             : terminal              ? "PrettyCompact"
                                                     : "TabSeparated";
  bool written = true;
  auto status = (*tables)->client().Query(
      options.sql,
      {{"default_format", format}},
      [&](std::string_view data) {
        written = std::fwrite(data.data(), 1, data.size(), stdout) == data.size();
        return written;
      },
      stop);
  // A reader that has seen enough, such as `head`, is no failure.
  if (!written) return Ok();
  return status;
}

ExitCode RunQuery(const QueryOptions& options, CommandContext& context) {
  context.KeepQuiet();
  if (const Status status = Query(options, context); !status) {
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
