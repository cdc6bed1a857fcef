#include <unistd.h>

#include <array>
#include <cstdio>

#include "app/commands/command.h"
#include "app/table_access.h"

namespace polyhouse {
namespace {

struct QueryOptions {
  std::string sql;  ///< Empty or "-": from standard input.
  std::string format;
  bool write = false;
};

using Settings = ClickHouseClient::Settings;

std::string FormatOf(const QueryOptions& options) {
  if (!options.format.empty()) return options.format;
  return isatty(STDOUT_FILENO) != 0 ? "PrettyCompact" : "TabSeparated";
}

Result<std::string> ReadStandardInput() {
  std::string text;
  std::array<char, 65536> piece{};
  while (const std::size_t size = std::fread(piece.data(), 1, piece.size(), stdin)) {
    text.append(piece.data(), size);
  }
  if (std::ferror(stdin) != 0) return TransientError("Standard input cannot be read.");
  return text;
}

Result<std::string> SqlOf(const QueryOptions& options) {
  const bool from_input = options.sql == "-" || options.sql.empty();
  if (!from_input) return options.sql;
  if (options.sql.empty() && isatty(STDIN_FILENO) != 0) {
    return ConfigError("There is no statement: polyhouse query \"SELECT …\", or - to type one.");
  }
  auto sql = ReadStandardInput();
  if (sql && sql->find_first_not_of(" \t\r\n") == std::string::npos) {
    return ConfigError("There is no statement on standard input.");
  }
  return sql;
}

/// What makes the engine, or the server, refuse every statement that changes something. A user who
/// may only read already may not set it again.
Result<Settings> ReadOnly(const Environment& environment,
                          TableAccess& tables,
                          std::stop_token stop) {
  const Settings read_only = {{"readonly", "2"}};
  if (!HasClickHouse(environment.config)) return read_only;
  const auto level =
      tables.client().Fetch("SELECT getSetting('readonly') FORMAT TabSeparated", std::move(stop));
  if (!level) return level.error();
  return level->starts_with('0') ? read_only : Settings();
}

/// What a person needs to know beside the engine's own sentence.
Status Explained(const Status& status, bool begun) {
  constexpr std::string_view kReadOnlyMode = "Code: 164.";
  if (status) return status;
  Error error = status.error();
  if (begun) error.message = "The output is incomplete: " + error.message;
  if (error.message.starts_with(kReadOnlyMode)) {
    error.message +=
        " polyhouse query only reads: if the statement is to change something, add --write.";
  }
  return error;
}

Status Query(const std::string& sql,
             const QueryOptions& options,
             const Environment& environment,
             std::stop_token stop) {
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
    auto settings =
        options.write ? Result<Settings>(Settings()) : ReadOnly(environment, tables, stop);
    if (!settings) return settings.error();
    settings->emplace_back("default_format", FormatOf(options));
    return tables.client().Query(sql, *settings, print, stop);
  };
  const auto status = WithTables(
      environment, ask, [&] { return !begun; }, stop);
  // A reader that has seen enough, such as `head`; or a full disk, of which the end will speak.
  return written ? Explained(status, begun) : Ok();
}

ExitCode RunQuery(const QueryOptions& options, CommandContext& context) {
  context.KeepQuiet();
  const auto dir = OpenDataDir(context.config(), DataDirUse::kLook);
  if (!dir) return Fail(dir.error());
  const auto sql = SqlOf(options);
  if (!sql) return Fail(sql.error());
  const Environment environment{context.config(), *dir, context.events, context.clock};
  if (const Status status = Query(*sql, options, environment, context.signals.stop_token());
      !status) {
    if (context.signals.interrupted()) return ExitCode::kInterrupted;
    std::fflush(stdout);
    std::fprintf(stderr, "polyhouse: %s\n", status.error().message.c_str());
    return ExitCode::kFailed;
  }
  return ExitCode::kDone;
}

}  // namespace

Command QueryCommand() {
  const auto options = std::make_shared<QueryOptions>();
  return {
      .name = "query",
      .help = "Run SQL on the tables.",
      .group = kDaily,
      .example = "polyhouse query \"SELECT count() FROM markets_current\"",
      .settings = {"data_dir", "clickhouse_url", "database"},
      .options = {{"sql",
                   &options->sql,
                   "One statement; - or nothing: read it from standard input."},
                  {"--write",
                   &options->write,
                   "Let the statement change something: INSERT, ALTER, TRUNCATE, DROP …"},
                  {"--format",
                   &options->format,
                   "A ClickHouse output format; PrettyCompact on a terminal, else TabSeparated."}},
      .run = [options](CommandContext& context) { return RunQuery(*options, context); },
  };
}

}  // namespace polyhouse
