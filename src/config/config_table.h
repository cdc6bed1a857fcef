#pragma once

#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"
#include "config/config.h"

namespace polyhouse {

/// A size in bytes, as opposed to a plain count, is written with a unit.
enum class Unit { kCount, kBytes };

struct NumberRange {
  std::uint64_t Config::*member;
  Unit unit = Unit::kCount;
  std::uint64_t min = 0;
  std::uint64_t max = UINT64_MAX;
};

struct DurationRange {
  std::chrono::milliseconds Config::*member;
  std::chrono::milliseconds min{0};
  std::chrono::milliseconds max{std::chrono::hours(24 * 365)};
};

struct Choice {
  std::string Config::*member;
  std::string_view options;  ///< Separated by "|".
};

struct Text {
  std::string Config::*member;
  bool may_be_empty = false;
};

struct Url {
  std::string Config::*member;
  bool may_be_empty = false;
};

/// A password: shown as ***, never as it is.
struct SecretText {
  Secret Config::*member;
};

/// A URL that may hold a password: shown with *** in its place.
struct SecretUrl {
  Secret Config::*member;
  std::string_view example;
};

struct Switch {
  bool Config::*member;
};

/// One setting. From a row come the flag (--data-dir), the environment variable, the key in
/// polyhouse.toml, the documentation, the sample file and the error texts.
struct Setting {
  std::string_view key;          ///< "section.name" in the file; the flag is the same with dashes.
  std::string_view environment;  ///< Empty: POLYHOUSE_ and the key in capitals.
  std::variant<NumberRange, DurationRange, Choice, Text, Url, SecretText, SecretUrl, Switch> value;
  std::string_view help;
};

std::span<const Setting> ConfigTable();

std::string FlagOf(const Setting& setting);
std::string EnvironmentOf(const Setting& setting);

/// Checks `text` and puts it into `config`. The error says what is valid and does not repeat where
/// it was found.
Status SetValue(Config& config, const Setting& setting, std::string_view text);
/// The value as it would be written in the environment; passwords as ***.
std::string ValueText(const Config& config, const Setting& setting);
/// What may be written, such as "a duration such as 30s, 5m or 500ms, from 1s".
std::string ValidValues(const Setting& setting);

/// The known name nearest to `name` by edit distance; empty when none is near.
std::string_view Nearest(std::string_view name, std::span<const std::string_view> known);
/// "; did you mean NAME?" where one is near, else nothing.
std::string DidYouMean(std::string_view name, std::span<const std::string_view> known);

}  // namespace polyhouse
