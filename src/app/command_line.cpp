#include "app/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>
#include <type_traits>
#include <variant>

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

/// In the order of the help.
std::vector<Command> Commands() {
  return {UpCommand(),     QueryCommand(),  AskCommand(),       StatusCommand(),   TopCommand(),
          DoctorCommand(), VerifyCommand(), ReconcileCommand(), BackfillCommand(), ReplayCommand(),
          DlqCommand(),    ImportCommand(), ExportCommand(),    IngestCommand(),   ProcessCommand(),
          WriteCommand(),  ServeCommand(),  EngineCommand(),    SchemaCommand(),   ConfigCommand(),
          VersionCommand()};
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

bool Matters(const Command& command, std::string_view key) {
  const auto& settings = command.settings;
  return std::any_of(settings.begin(), settings.end(), [key](std::string_view wanted) {
    return key == wanted || (wanted.ends_with('.') && key.starts_with(wanted));
  });
}

/// The settings that matter to a command, and where the others are.
std::string FooterOf(const Command& command) {
  constexpr std::size_t kColumn = 34;
  std::string text = command.settings.empty() ? "" : "Settings that matter here:\n";
  for (const Setting& setting : ConfigTable()) {
    if (!Matters(command, setting.key)) continue;
    std::string flag = "  " + FlagOf(setting);
    flag.resize(std::max(kColumn, flag.size() + 1), ' ');
    text += flag + HelpOf(setting) + "\n";
  }
  return text + kRest;
}

CLI::Option* AddTarget(CLI::App& app, const CommandOption& option) {
  return std::visit(
      [&](auto* target) {
        if constexpr (std::is_same_v<decltype(target), bool*>) {
          return app.add_flag(option.name, *target, option.help);
        } else {
          return app.add_option(option.name, *target, option.help);
        }
      },
      option.target);
}

void AddOption(CLI::App& app, const CommandOption& option) {
  CLI::Option* added = AddTarget(app, option)->required(option.is_required);
  if (option.is_hidden) added->group("");
  if (option.shows_default) added->capture_default_str();
  if (option.most) added->check(CLI::Range(0, *option.most));
}

/// The library gives subcommands the group and the footer that their parent has when they are
/// added, and those of ours have none: a command gets its own last.
CLI::App& AddCommand(CLI::App& parent, const Command& command, ParsedCommandLine& parsed) {
  CLI::App& app = *parent.add_subcommand(command.name, command.help);
  for (const CommandOption& option : command.options) AddOption(app, option);
  for (const Command& subcommand : command.subcommands) AddCommand(app, subcommand, parsed);
  if (command.run) {
    // Runs after those of subcommands.
    app.callback([&app, &parsed, run = command.run, wrong = command.takes_wrong_settings] {
      if (!app.get_subcommands().empty()) return;
      parsed.run = run;
      parsed.takes_wrong_settings = wrong;
    });
  }
  if (command.complaint) {
    app.parse_complete_callback([complaint = command.complaint] {
      if (auto text = complaint(); !text.empty()) throw CLI::ValidationError(text);
    });
  }
  return app;
}

void AddCommands(CLI::App& root, ParsedCommandLine& parsed) {
  for (const Command& command : Commands()) {
    CLI::App& app = AddCommand(root, command, parsed);
    app.description(command.help + "\n" + command.example);
    app.group(command.group);
    app.footer(FooterOf(command));
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

/// "polyhouse dlq drop", as it is typed.
std::string TypedName(const CLI::App& app) {
  const CLI::App* parent = app.get_parent();
  return parent == nullptr ? app.get_name() : TypedName(*parent) + " " + app.get_name();
}

std::string HelpOf(const CLI::App& app) {
  const CLI::App* parent = app.get_parent();
  return app.help(parent == nullptr ? "" : TypedName(*parent));
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
        near.empty() ? ("; " + TypedName(inner) + " --help lists what is").c_str() : near.c_str());
  }
  return ExitCode::kConfig;
}

/// The library's sentence, or ours where it says too little: "--limit: 1 required UINT missing".
std::string ComplaintOf(const CLI::ParseError& error) {
  const std::string complaint = error.what();
  const bool lacks_value =
      error.get_exit_code() == static_cast<int>(CLI::ExitCodes::ArgumentMismatch) &&
      complaint.starts_with("--") && complaint.find(" required ") != std::string::npos;
  if (!lacks_value) return complaint;
  const std::string flag = complaint.substr(0, complaint.find(':'));
  return flag + " needs a value: " + flag + "=VALUE";
}

/// As the library wants them: the last first. "--name=" means an empty value; it would take the
/// next word for the value.
std::vector<std::string> WordsOf(int argc, char** argv) {
  std::vector<std::string> words;
  for (int i = argc - 1; i > 0; --i) {
    std::string word = argv[i];
    const bool is_empty = word.starts_with("--") && word.find('=') == word.size() - 1;
    if (is_empty) {
      word.pop_back();
      words.emplace_back();
    }
    words.push_back(std::move(word));
  }
  return words;
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
  AddCommands(app, parsed);
  app.set_version_flag(
      "--version", [] { return VersionText(); }, "Print the version.");
  try {
    app.parse(WordsOf(argc, argv));
  } catch (const CLI::CallForHelp& help) {
    return {{}, static_cast<ExitCode>(app.exit(help))};
  } catch (const CLI::CallForVersion& version) {
    return {{}, static_cast<ExitCode>(app.exit(version))};
  } catch (const CLI::ParseError& error) {
    std::fprintf(stderr, "polyhouse: %s\n", ComplaintOf(error).c_str());
    return {{}, ExitCode::kConfig};
  }
  if (!app.remaining(true).empty()) return {{}, ReportUnknown(app)};
  if (!parsed.run) {
    std::fputs(HelpOf(Innermost(app)).c_str(), stderr);
    return {{}, ExitCode::kConfig};
  }
  return {std::move(parsed), ExitCode::kDone};
}

}  // namespace polyhouse
