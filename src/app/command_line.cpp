#include "app/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>

#include "app/commands/command.h"
#include "config/config_table.h"

namespace polyhouse {
namespace {

constexpr const char* kAbout =
    "Polyhouse: all of Polymarket in your ClickHouse. Start with: polyhouse up\n"
    "Data goes to standard output, everything else to standard error.";

constexpr const char* kRest =
    "polyhouse --help-all lists every setting, polyhouse config sample with its default. Each is a "
    "flag\nof every command, an environment variable and a key of polyhouse.toml.";

constexpr const char* kMostUsed = "The settings most used";

/// Where a command stands in the help, and what its own help adds.
struct CommandHelp {
  std::string_view name;
  const char* group;
  const char* example;
  /// Keys of settings that matter to it, or their sections with a dot at the end.
  std::vector<std::string_view> settings;
};

constexpr const char* kDaily = "Every day";
constexpr const char* kCheck = "Check and mend";
constexpr const char* kRoles = "Single roles, for several processes or servers";
constexpr const char* kAboutIt = "Settings and version";

const std::vector<CommandHelp>& CommandHelps() {
  static const std::vector<CommandHelp> helps = {
      {"up",
       kDaily,
       "polyhouse up --once",
       {"data_dir", "gamma_url", "sql_listen", "markets.", "events.", "engine.memory"}},
      {"query",
       kDaily,
       "polyhouse query \"SELECT count() FROM markets_current\"",
       {"data_dir", "clickhouse_url", "database"}},
      {"status", kDaily, "polyhouse status --json", {"data_dir", "redis_url", "clickhouse_url"}},
      {"verify",
       kCheck,
       "polyhouse verify --repair",
       {"data_dir", "redis_url", "clickhouse_url", "gamma_url"}},
      {"reconcile",
       kCheck,
       "polyhouse reconcile --repair",
       {"data_dir", "redis_url", "clickhouse_url", "clob_url"}},
      {"dlq", kCheck, "polyhouse dlq list", {"data_dir", "redis_url"}},
      {"backfill",
       kCheck,
       "polyhouse backfill plan markets",
       {"data_dir", "gamma_url", "ingest.walkers", "ingest.backfill_shape", "rate."}},
      {"replay", kCheck, "polyhouse replay ARCHIVE", {"data_dir", "clickhouse_url", "archive."}},
      {"ingest",
       kRoles,
       "polyhouse ingest markets --redis-url redis://127.0.0.1:6379",
       {"redis_url", "gamma_url", "markets.", "events.", "ingest.", "rate.", "archive."}},
      {"write",
       kRoles,
       "polyhouse write --clickhouse-url http://127.0.0.1:8123",
       {"redis_url", "clickhouse_url", "clickhouse.", "writer."}},
      {"serve", kRoles, "polyhouse serve --listen 127.0.0.1:8000", {"listen", "redis_url"}},
      {"engine", kRoles, "polyhouse engine --listen 127.0.0.1:8123", {"data_dir", "engine."}},
      {"schema",
       kRoles,
       "polyhouse schema apply",
       {"clickhouse_url", "database", "cluster", "schema."}},
      {"config", kAboutIt, "polyhouse config sample > polyhouse.toml", {}},
      {"version", kAboutIt, "polyhouse version", {}},
  };
  return helps;
}

constexpr auto kMostUsedSettings = std::to_array<std::string_view>({"data_dir",
                                                                    "database",
                                                                    "gamma_url",
                                                                    "sql_listen",
                                                                    "listen",
                                                                    "redis_url",
                                                                    "clickhouse_url",
                                                                    "markets.refresh_interval",
                                                                    "engine.memory",
                                                                    "log_level"});

/// Commands before options: one reads from the top.
class CommandsFirst final : public CLI::Formatter {
 public:
  std::string make_help(const CLI::App* app,
                        std::string name,
                        CLI::AppFormatMode mode) const override {
    if (mode == CLI::AppFormatMode::Sub) return make_expanded(app);
    return make_description(app) + make_usage(app, std::move(name)) + make_positionals(app) +
           make_subcommands(app, mode) + make_groups(app, mode) + "\n" + make_footer(app);
  }
};

std::string HelpOf(const Setting& setting) {
  return std::string(setting.help) + " [" + EnvironmentOf(setting) + "]";
}

void AddSettings(CLI::App& app, ParsedCommandLine& parsed, bool all) {
  for (const Setting& setting : ConfigTable()) {
    const std::string key(setting.key);
    const bool often = std::find(kMostUsedSettings.begin(), kMostUsedSettings.end(), key) !=
                       kMostUsedSettings.end();
    app.add_option_function<std::string>(
           FlagOf(setting),
           [&parsed, key](const std::string& text) { parsed.flags[key] = text; },
           HelpOf(setting))
        ->type_name("")
        ->take_last()
        ->group(all     ? "Settings"
                : often ? kMostUsed
                        : "");
  }
  app.add_option("--config",
                 parsed.config_file,
                 "The settings file [POLYHOUSE_CONFIG]; ./polyhouse.toml if there is one.")
      ->group(all ? "Settings" : kMostUsed);
}

bool Matters(const CommandHelp& help, std::string_view key) {
  return std::any_of(help.settings.begin(), help.settings.end(), [key](std::string_view wanted) {
    return key == wanted || (wanted.ends_with('.') && key.starts_with(wanted));
  });
}

/// The settings that matter to a command, and where the others are.
std::string FooterOf(const CommandHelp& help) {
  constexpr std::size_t kColumn = 34;
  std::string text = help.settings.empty() ? "" : "Settings that matter here:\n";
  for (const Setting& setting : ConfigTable()) {
    if (!Matters(help, setting.key)) continue;
    std::string flag = "  " + FlagOf(setting);
    flag.resize(std::max(kColumn, flag.size() + 1), ' ');
    text += flag + HelpOf(setting) + "\n";
  }
  return text + kRest;
}

void Arrange(CLI::App& app) {
  for (const CommandHelp& help : CommandHelps()) {
    CLI::App* command = app.get_subcommand(std::string(help.name));
    command->description(command->get_description() + "\n" + help.example);
    command->group(help.group);
    command->footer(FooterOf(help));
    command->fallthrough();
  }
}

/// The flags and subcommands that are known where the argument stood, for "did you mean".
std::vector<std::string> KnownWords(const CLI::App& app) {
  std::vector<std::string> words;
  for (const CLI::App* at = &app; at != nullptr; at = at->get_parent()) {
    for (const CLI::Option* option : at->get_options()) {
      for (const std::string& name : option->get_lnames()) words.push_back("--" + name);
    }
    for (const CLI::App* sub : at->get_subcommands({})) words.push_back(sub->get_name());
  }
  return words;
}

const CLI::App& Innermost(const CLI::App& app) {
  const auto chosen = app.get_subcommands();
  return chosen.empty() ? app : Innermost(*chosen.front());
}

/// "polyhouse ingest --help", of the command that did not know a word.
std::string HelpCommand(const CLI::App& app) {
  const bool is_root = app.get_parent() == nullptr;
  return "polyhouse " + (is_root ? std::string() : app.get_name() + " ") + "--help";
}

ExitCode ReportUnknown(const CLI::App& app) {
  const CLI::App& inner = Innermost(app);
  const auto words = KnownWords(inner);
  const std::vector<std::string_view> known(words.begin(), words.end());
  const auto unknown = app.remaining(true);
  const bool has_flag = std::any_of(
      unknown.begin(), unknown.end(), [](const auto& word) { return word.starts_with("-"); });
  for (const std::string& argument : unknown) {
    // What follows an unknown flag is most likely its value.
    if (has_flag && !argument.starts_with("-")) continue;
    const std::string word = argument.substr(0, argument.find('='));
    const std::string near = DidYouMean(word, known);
    std::fprintf(
        stderr,
        "polyhouse: \"%s\" is not known%s\n",
        word.c_str(),
        near.empty() ? ("; " + HelpCommand(inner) + " lists what is").c_str() : near.c_str());
  }
  return ExitCode::kConfig;
}

}  // namespace

CommandLineOutcome ParseCommandLine(int argc, char** argv) {
  ParsedCommandLine parsed;
  CLI::App app(kAbout, "polyhouse");
  app.fallthrough();
  app.allow_extras();
  const bool all =
      std::any_of(argv, argv + argc, [](std::string_view word) { return word == "--help-all"; });
  AddSettings(app, parsed, all);
  app.formatter(std::make_shared<CommandsFirst>());
  app.set_help_flag("-h,--help,--help-all", "This; with --help-all every setting.");
  app.footer(all ? "" : kRest);
  for (auto* setup : {&SetupUp,
                      &SetupQuery,
                      &SetupStatus,
                      &SetupVerify,
                      &SetupReconcile,
                      &SetupBackfill,
                      &SetupReplay,
                      &SetupDlq,
                      &SetupIngest,
                      &SetupWrite,
                      &SetupServe,
                      &SetupEngine,
                      &SetupSchema,
                      &SetupConfig,
                      &SetupVersion}) {
    setup(app, parsed.run);
  }
  app.set_version_flag(
      "--version", [] { return VersionText(); }, "Print the version.");
  Arrange(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp& help) {
    return {{}, static_cast<ExitCode>(app.exit(help))};
  } catch (const CLI::CallForVersion& version) {
    return {{}, static_cast<ExitCode>(app.exit(version))};
  } catch (const CLI::ParseError& error) {
    std::fprintf(stderr, "polyhouse: %s\n", error.what());
    return {{}, ExitCode::kConfig};
  }
  if (!app.remaining(true).empty()) return {{}, ReportUnknown(app)};
  if (!parsed.run) {
    std::fputs(Innermost(app).help().c_str(), stderr);
    return {{}, ExitCode::kConfig};
  }
  return {std::move(parsed), ExitCode::kDone};
}

}  // namespace polyhouse
