#include "app/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>

#include "app/commands/command.h"
#include "config/config_table.h"

namespace polyhouse {
namespace {

constexpr const char* kAbout =
    "Polyhouse: all of Polymarket in your ClickHouse. Start with: polyhouse up\n"
    "Data goes to standard output, everything else to standard error.";

constexpr const char* kSettingsHint =
    "Every setting, such as --data-dir, is a flag of every command: polyhouse --help lists them.";

void AddSettings(CLI::App& app, ParsedCommandLine& parsed) {
  for (const Setting& setting : ConfigTable()) {
    const std::string key(setting.key);
    app.add_option_function<std::string>(
           FlagOf(setting),
           [&parsed, key](const std::string& text) { parsed.flags[key] = text; },
           std::string(setting.help) + " [" + EnvironmentOf(setting) + "]")
        ->type_name("")
        ->take_last()
        ->group("Settings");
  }
  app.add_option("--config",
                 parsed.config_file,
                 "The settings file [POLYHOUSE_CONFIG]; ./polyhouse.toml if there is one.")
      ->group("Settings");
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
    std::fprintf(stderr,
                 "polyhouse: \"%s\" is not known; did you mean %s?\n",
                 word.c_str(),
                 std::string(Nearest(word, known)).c_str());
  }
  return ExitCode::kConfig;
}

}  // namespace

CommandLineOutcome ParseCommandLine(int argc, char** argv) {
  ParsedCommandLine parsed;
  CLI::App app(kAbout, "polyhouse");
  app.fallthrough();
  app.allow_extras();
  AddSettings(app, parsed);
  for (auto* setup : {&SetupUp,
                      &SetupIngest,
                      &SetupBackfill,
                      &SetupReplay,
                      &SetupWrite,
                      &SetupServe,
                      &SetupEngine,
                      &SetupSchema,
                      &SetupQuery,
                      &SetupStatus,
                      &SetupVerify,
                      &SetupReconcile,
                      &SetupDlq,
                      &SetupConfig,
                      &SetupVersion}) {
    setup(app, parsed.run);
  }
  app.set_version_flag(
      "--version", [] { return VersionText(); }, "Print the version.");
  for (CLI::App* command : app.get_subcommands({})) {
    command->fallthrough();
    command->footer(kSettingsHint);
  }
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
