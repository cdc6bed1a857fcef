#include "app/run.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

namespace polyhouse {
namespace {

constexpr const char* kDefaultFile = "polyhouse.toml";

std::string ChooseFile(const ParsedCommandLine& command_line,
                       const std::map<std::string, std::string>& environment) {
  if (!command_line.config_file.empty()) return command_line.config_file;
  const auto named = environment.find("POLYHOUSE_CONFIG");
  if (named != environment.end() && !named->second.empty()) return named->second;
  return std::filesystem::exists(kDefaultFile) ? kDefaultFile : "";
}

telemetry::Level LevelOf(const std::string& name) {
  if (name == "debug") return telemetry::Level::kDebug;
  if (name == "warn") return telemetry::Level::kWarn;
  return name == "error" ? telemetry::Level::kError : telemetry::Level::kInfo;
}

/// A reader of our output that has seen enough, such as `head`.
bool HasReaderGone() {
  pollfd output{STDOUT_FILENO, 0, 0};
  return poll(&output, 1, 0) > 0 && (output.revents & POLLERR) != 0;
}

/// Whether everything that was printed has arrived. That nobody reads on is no failure.
ExitCode FlushOutput() {
  errno = 0;
  const bool failed = std::fflush(stdout) != 0 || std::ferror(stdout) != 0;
  if (!failed || errno == EPIPE || HasReaderGone()) return ExitCode::kDone;
  std::fprintf(stderr,
               "polyhouse: the output cannot be written (%s): what was printed is not complete.\n",
               errno == 0 ? "see above" : std::generic_category().message(errno).c_str());
  return ExitCode::kFailed;
}

}  // namespace

ExitCode Run(const ParsedCommandLine& command_line) {
  auto environment = ProcessEnvironment();
  const std::string file = ChooseFile(command_line, environment);
  const ConfigSources sources{command_line.flags, std::move(environment), file};
  if (!command_line.takes_wrong_settings) {
    if (const auto settings = LoadConfig(sources); !settings) return Fail(settings.error());
  }
  const auto [settings, problems] = ReadConfig(sources);
  Signals signals;
  SystemClock clock;
  const auto format = settings.config.log_format == "json" ? telemetry::LogFormat::kJson
                                                           : telemetry::LogFormat::kText;
  telemetry::Log log(LevelOf(settings.config.log_level), format);
  telemetry::PipelineEvents events(log);
  CommandContext context{settings, problems, log, events, clock, signals};
  const ExitCode code = command_line.run(context);
  return code == ExitCode::kDone ? FlushOutput() : code;
}

}  // namespace polyhouse
