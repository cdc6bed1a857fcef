#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>
#include <system_error>

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

/// Where the result goes: standard output, and what became of it.
class Output {
 public:
  bool Write(std::string_view data) {
    begun_ = true;
    return Check(std::fwrite(data.data(), 1, data.size(), stdout) == data.size());
  }
  bool begun() const { return begun_; }
  /// Success also when the reader has seen enough and left, as `head` does.
  Status Finish() {
    Check(std::fflush(stdout) == 0);
    if (error_ == 0 || error_ == EPIPE) return Ok();
    return TransientError("The result cannot be written to standard output: " +
                          std::generic_category().message(error_) + ".");
  }
  bool failed() const { return error_ != 0; }

 private:
  bool Check(bool written) {
    if (!written && error_ == 0) error_ = errno;
    return written;
  }

  bool begun_ = false;
  int error_ = 0;
};

Status Ask(const QueryOptions& options,
           const Environment& environment,
           Output& output,
           std::stop_token stop) {
  auto tables = TableAccess::Open(environment, Patience::kFail, stop);
  if (!tables) return std::move(tables).error();
  // What makes a query on a new directory answer "0 rows" instead of "no such table". A server is
  // asked as it is.
  if (!HasClickHouse(environment.config)) {
    if (auto status = (*tables)->Prepare(stop); !status) return status;
  }
  auto status = (*tables)->client().Query(
      options.sql,
      {{"default_format", FormatOf(options)}},
      [&](std::string_view data) { return output.Write(data); },
      stop);
  return output.failed() ? Ok() : status;
}

Status Query(const QueryOptions& options, CommandContext& context) {
  const auto dir = OpenDataDir(context.config());
  if (!dir) return dir.error();
  const Environment environment{context.config(), *dir, context.events, context.clock};
  const auto stop = context.signals.stop_token();
  Output output;
  auto status = Ask(options, environment, output, stop);
  // The engine that answered may have been another query's, which has ended with it.
  const bool gone = !status && status.error().kind == ErrorKind::kTransient && !output.begun();
  if (gone && !HasClickHouse(context.config())) status = Ask(options, environment, output, stop);
  if (!status) return status;
  return output.Finish();
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
