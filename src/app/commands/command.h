#pragma once

#include <functional>
#include <iosfwd>
#include <memory>
#include <string>

#include "app/exit_code.h"
#include "app/signals.h"
#include "app/wiring.h"
#include "config/load.h"
#include "telemetry/log.h"
#include "telemetry/pipeline_events.h"

namespace CLI {
class App;
}

namespace polyhouse {

/// What main hands to a command: the settings, and what nearly every command needs made from them.
struct CommandContext {
  const LoadedConfig& settings;
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

/// "polyhouse 1.2.3 (…)".
std::string VersionText();

/// Each adds its subcommand to `app` and sets `run` when it was chosen.
void SetupBackfill(CLI::App& app, RunCommand& run);
void SetupConfig(CLI::App& app, RunCommand& run);
void SetupDlq(CLI::App& app, RunCommand& run);
void SetupEngine(CLI::App& app, RunCommand& run);
void SetupIngest(CLI::App& app, RunCommand& run);
void SetupReconcile(CLI::App& app, RunCommand& run);
void SetupQuery(CLI::App& app, RunCommand& run);
void SetupReplay(CLI::App& app, RunCommand& run);
void SetupSchema(CLI::App& app, RunCommand& run);
void SetupServe(CLI::App& app, RunCommand& run);
void SetupStatus(CLI::App& app, RunCommand& run);
void SetupUp(CLI::App& app, RunCommand& run);
void SetupVerify(CLI::App& app, RunCommand& run);
void SetupVersion(CLI::App& app, RunCommand& run);
void SetupWrite(CLI::App& app, RunCommand& run);

}  // namespace polyhouse
