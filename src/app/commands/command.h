#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "app/exit_code.h"
#include "app/signals.h"
#include "app/wiring.h"
#include "config/load.h"
#include "telemetry/log.h"
#include "telemetry/pipeline_events.h"

namespace polyhouse {

/// What main hands to a command: the settings, and what nearly every command needs made from them.
struct CommandContext {
  const LoadedConfig& settings;
  /// What is wrong with them; empty but for a command that takes wrong settings.
  const std::vector<std::string>& problems;
  telemetry::Log& log;
  telemetry::PipelineEvents& events;
  Clock& clock;
  Signals& signals;

  const Config& config() const { return settings.config; }
  /// For a command that answers a question: no news of the lifecycle, unless a log level was asked
  /// for.
  void KeepQuiet() const {
    if (settings.origins.at("log_level") == "default") log.RaiseThreshold(telemetry::Level::kWarn);
  }
};

using RunCommand = std::function<ExitCode(CommandContext&)>;

/// Prints an error for a person, on standard error, and gives its exit code.
ExitCode Fail(const Error& error);
/// How a role ends that met no error: with 130 after Ctrl-C. One that was to work up to an end
/// (`once`) and was stopped before says so, and has failed.
ExitCode EndOfRole(bool once, const CommandContext& context);

class Findings;

/// The end of a check: prints what it has found, or why it could not look. Found wrong is a
/// failure.
ExitCode Report(const Status& status,
                const Findings& findings,
                bool as_json,
                const CommandContext& context);

/// "polyhouse 1.2.3 (…)".
std::string VersionText();

/// A flag ("--once", for a bool), an option with a value ("--format"), or, without dashes, an
/// argument by its place ("sql").
struct CommandOption {
  using Target = std::variant<bool*, int*, std::uint64_t*, std::string*, std::vector<std::string>*>;

  std::string name;
  Target target;  ///< Lives as long as the command's run: let that hold a shared_ptr to it.
  std::string help;
  bool is_required = false;
  bool is_hidden = false;        ///< In no help: for our own calls.
  bool shows_default = false;    ///< The help names the value that the target has now.
  std::optional<int> most = {};  ///< From 0 to this.
};

/// A command as it is typed, explained and run. How arguments are read is known to
/// app/command_line.cpp alone: its library takes seconds to compile.
struct Command {
  std::string name;
  std::string help;

  // Of the commands that `polyhouse --help` lists; those below them have none.
  std::string group{};
  std::string example{};
  /// Keys of settings that matter to it, or their sections with a dot at the end.
  std::vector<std::string> settings{};

  std::vector<CommandOption> options{};
  std::vector<Command> subcommands{};
  RunCommand run{};  ///< Where no subcommand is chosen; empty: one must be.
  /// It runs with as much of the settings as can be read, and says itself what is wrong.
  bool takes_wrong_settings = false;
  /// What is wrong with the options together; empty: nothing.
  std::function<std::string()> complaint{};
};

/// The groups of the commands in the help.
inline constexpr const char* kDaily = "Every day";
inline constexpr const char* kCheck = "Check and mend";
inline constexpr const char* kRoles = "Single roles, for several processes or servers";
inline constexpr const char* kAboutIt = "Settings and version";

Command AskCommand();
Command BackfillCommand();
Command ConfigCommand();
Command DlqCommand();
Command DoctorCommand();
Command EngineCommand();
Command ExportCommand();
Command ImportCommand();
Command IngestCommand();
Command ProcessCommand();
Command QueryCommand();
Command ReconcileCommand();
Command ReplayCommand();
Command SchemaCommand();
Command ServeCommand();
Command StatusCommand();
Command TopCommand();
Command UpCommand();
Command VerifyCommand();
Command VersionCommand();
Command WriteCommand();

}  // namespace polyhouse
