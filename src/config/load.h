#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "config/config.h"

namespace polyhouse {

/// Where settings may come from. A flag beats the environment, which beats the file, which beats
/// the default.
struct ConfigSources {
  std::map<std::string, std::string> flags;        ///< Setting key, text.
  std::map<std::string, std::string> environment;  ///< All variables.
  std::string file;                                ///< Path of a polyhouse.toml; empty: none.
};

struct LoadedConfig {
  Config config;
  std::map<std::string, std::string>
      origins;       ///< Setting key, "flag", "environment", the file's path or "default".
  std::string file;  ///< That was read; empty: none.
};

/// Settings as far as they can be read.
struct ReadSettings {
  LoadedConfig loaded;
  std::vector<std::string> problems;  ///< A sentence each; empty: all could be.
};

/// Reads what can be read. Where one source says nothing readable, the one below it counts.
ReadSettings ReadConfig(const ConfigSources& sources);

/// kConfig with every problem found, one a line: unknown keys with the nearest known one, wrong
/// values with the valid ones.
Result<LoadedConfig> LoadConfig(const ConfigSources& sources);

/// The variables of this process.
std::map<std::string, std::string> ProcessEnvironment();

/// A complete polyhouse.toml with every key at its default, commented out.
std::string SampleConfig();
/// docs/config.md.
std::string ConfigReference();

}  // namespace polyhouse
