#include "config/load.h"

#include <toml++/toml.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "config/config_table.h"

namespace polyhouse {
namespace {

constexpr std::string_view kFileVariable = "POLYHOUSE_CONFIG";

class Loader {
 public:
  LoadedConfig loaded;
  std::vector<std::string> problems;

  void TakeFile(const std::string& path) {
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored)) {
      problems.push_back("The configuration file " + path + " is a directory.");
      return;
    }
    std::ifstream file(path);
    std::stringstream text;
    text << file.rdbuf();
    if (!file) {
      problems.push_back("The configuration file " + path + " cannot be read.");
      return;
    }
    try {
      TakeTable(toml::parse(text.str()), "", path);
    } catch (const toml::parse_error& error) {
      // Its own description repeats what stands there, which may be a password.
      const auto& where = error.source().begin;
      problems.push_back(path + " is not valid TOML at line " + std::to_string(where.line) +
                         ", column " + std::to_string(where.column) +
                         ". Texts and durations need quotes.");
    }
  }

  void TakeEnvironment(const std::map<std::string, std::string>& environment) {
    std::vector<std::string> known = {std::string(kFileVariable)};
    for (const Setting& setting : ConfigTable()) {
      known.push_back(EnvironmentOf(setting));
      const auto found = environment.find(known.back());
      if (found != environment.end()) Take(setting, found->second, "environment", known.back());
    }
    for (const auto& [name, value] : environment) {
      if (!name.starts_with("POLYHOUSE_") ||
          std::find(known.begin(), known.end(), name) != known.end())
        continue;
      const std::vector<std::string_view> views(known.begin(), known.end());
      problems.push_back("The environment variable " + name + " is not known" +
                         DidYouMean(name, views));
    }
  }

  void TakeFlags(const std::map<std::string, std::string>& flags) {
    for (const Setting& setting : ConfigTable()) {
      const auto found = flags.find(std::string(setting.key));
      if (found != flags.end()) Take(setting, found->second, "flag", FlagOf(setting));
    }
  }

 private:
  void Take(const Setting& setting,
            std::string_view text,
            const std::string& origin,
            const std::string& where) {
    if (auto status = SetValue(loaded.config, setting, text); !status) {
      problems.push_back(where + ": " + status.error().message + ".");
    }
    loaded.origins[std::string(setting.key)] = origin;
  }

  void TakeTable(const toml::table& table, const std::string& prefix, const std::string& path) {
    for (const auto& [name, node] : table) {
      const std::string key = prefix + std::string(name.str());
      if (const auto* section = node.as_table()) {
        TakeTable(*section, key + ".", path);
      } else {
        TakeNode(key, node, path);
      }
    }
  }

  void TakeNode(const std::string& key, const toml::node& node, const std::string& path) {
    const std::string where = path + ": " + key;
    std::vector<std::string_view> known;
    for (const Setting& setting : ConfigTable()) {
      known.push_back(setting.key);
      if (setting.key != key) continue;
      Take(setting, TextOf(node), path, where);
      return;
    }
    problems.push_back(path + ": the key " + key + " is not known" + DidYouMean(key, known));
  }

  static std::string TextOf(const toml::node& node) {
    if (const auto text = node.value_exact<std::string>()) return *text;
    if (const auto number = node.value_exact<std::int64_t>()) return std::to_string(*number);
    if (const auto flag = node.value_exact<bool>()) return *flag ? "true" : "false";
    return "(a list, date or fraction)";
  }
};

std::string QuotedDefault(const Setting& setting) {
  const std::string text = ValueText(Config(), setting);
  const bool bare = std::holds_alternative<Switch>(setting.value) ||
                    (std::holds_alternative<NumberRange>(setting.value) &&
                     std::get<NumberRange>(setting.value).unit == Unit::kCount);
  return bare ? text : "\"" + text + "\"";
}

}  // namespace

ReadSettings ReadConfig(const ConfigSources& sources) {
  Loader loader;
  loader.loaded.file = sources.file;
  for (const Setting& setting : ConfigTable())
    loader.loaded.origins[std::string(setting.key)] = "default";
  if (!sources.file.empty()) loader.TakeFile(sources.file);
  loader.TakeEnvironment(sources.environment);
  loader.TakeFlags(sources.flags);
  return {std::move(loader.loaded), std::move(loader.problems)};
}

Result<LoadedConfig> LoadConfig(const ConfigSources& sources) {
  auto read = ReadConfig(sources);
  if (read.problems.empty()) return std::move(read.loaded);
  std::string message;
  for (const std::string& problem : read.problems) {
    if (!message.empty()) message += '\n';
    message += problem;
  }
  return ConfigError(message);
}

std::map<std::string, std::string> ProcessEnvironment() {
  std::map<std::string, std::string> variables;
  for (char** variable = environ; variable != nullptr && *variable != nullptr; ++variable) {
    const std::string_view text = *variable;
    const auto equals = text.find('=');
    if (equals != std::string_view::npos)
      variables.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return variables;
}

std::string SampleConfig() {
  std::string text =
      "# polyhouse.toml: every setting with its default. Remove the # before a line to change "
      "it.\n";
  std::string section;
  for (const Setting& setting : ConfigTable()) {
    const auto dot = setting.key.find('.');
    const std::string own_section(dot == std::string_view::npos ? "" : setting.key.substr(0, dot));
    if (own_section != section) text += "\n[" + own_section + "]\n";
    section = own_section;
    text += "\n# " + std::string(setting.help) + "\n# " + ValidValues(setting) + "\n#" +
            std::string(setting.key.substr(dot == std::string_view::npos ? 0 : dot + 1)) + " = " +
            QuotedDefault(setting) + "\n";
  }
  return text;
}

std::string ConfigReference() {
  std::string text =
      "# Settings\n\n"
      "Each setting is a flag, an environment variable and a key in `polyhouse.toml` (the file "
      "named by `--config` or\n"
      "`POLYHOUSE_CONFIG`, else `./polyhouse.toml` if there is one). A flag beats the environment, "
      "which beats the file.\n"
      "This page is made by `polyhouse config sample --markdown`; a test keeps it true.\n\n"
      "| key | flag | environment | default | what it is |\n|---|---|---|---|---|\n";
  for (const Setting& setting : ConfigTable()) {
    const std::string value = ValueText(Config(), setting);
    text += "| `" + std::string(setting.key) + "` | `" + FlagOf(setting) + "` | `" +
            EnvironmentOf(setting) + "` | " + (value.empty() ? "" : "`" + value + "`") + " | " +
            std::string(setting.help) + " Valid: " + ValidValues(setting) + ". |\n";
  }
  return text;
}

}  // namespace polyhouse
