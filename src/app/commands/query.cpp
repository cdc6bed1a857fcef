#include <unistd.h>

#include <array>
#include <cstdio>

#include "app/commands/command.h"
#include "app/read_only.h"
#include "app/table_access.h"
#include "base/split.h"
#include "checks/view_parameters.h"

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

/// What helps beside the database's own sentence; empty: nothing more.
std::string_view HintFor(std::string_view message, bool is_embedded) {
  const auto is = [&](std::string_view code) { return message.starts_with(code); };
  if (is("Code: 164.")) {  // READONLY
    return " polyhouse query only reads: add --write if the statement is to change something. A "
           "setting goes into the query (SELECT … SETTINGS …), a file is written with > file.";
  }
  // CANNOT_OPEN_FILE, and what its library says of a connection that the kernel refuses.
  if (is_embedded && (is("Code: 76.") || is("Code: 1001."))) {
    return " The embedded engine reaches no file of yours and no network, for anybody "
           "(docs/security.md): data comes through standard input and goes to standard output.";
  }
  return {};
}

/// What a person needs to know beside the engine's own sentence.
Status Explained(const Status& status, bool begun, bool is_embedded) {
  if (status) return status;
  Error error = status.error();
  error.message += HintFor(error.message, is_embedded);
  if (begun) error.message = "The output is incomplete: " + error.message;
  return error;
}

/// Somebody may have dropped tables, or this program be newer than they. A new directory's are made
/// without a word.
void TellWhatWasMade(const std::vector<std::string>& applied) {
  const auto migrations = ReadMigrations();
  const auto needed = std::count_if(migrations.begin(), migrations.end(), [](const auto& each) {
    return OptionOf(each.name).empty();
  });
  if (applied.empty() || std::cmp_greater_equal(applied.size(), needed)) return;
  std::fprintf(
      stderr, "polyhouse: made what the database lacked: %s\n", Join(applied, ", ").c_str());
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
      TellWhatWasMade(tables.applied());
    }
    auto settings = options.write ? Result<Settings>(Settings())
                                  : ReadOnlySettings(environment, tables.client(), stop);
    if (!settings) return settings.error();
    settings->emplace_back("default_format", FormatOf(options));
    auto status = tables.client().Query(sql, *settings, print, stop);
    if (status || begun) return status;
    std::string about = AboutParameters(tables.client(), sql, status.error().message, stop);
    if (about.empty()) return status;
    Error error = status.error();
    error.message = std::move(about);
    return error;
  };
  const auto status = WithTables(
      environment, ask, [&] { return !begun; }, stop);
  // A reader that has seen enough, such as `head`; or a full disk, of which the end will speak.
  return written ? Explained(status, begun, !HasClickHouse(environment.config)) : Ok();
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
