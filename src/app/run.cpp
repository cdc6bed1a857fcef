#include "app/run.h"

#include <cstdio>
#include <filesystem>

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

}  // namespace

ExitCode Run(const ParsedCommandLine& command_line) {
  auto environment = ProcessEnvironment();
  const std::string file = ChooseFile(command_line, environment);
  const auto settings = LoadConfig({command_line.flags, std::move(environment), file});
  if (!settings) {
    std::fprintf(stderr, "%s\n", settings.error().message.c_str());
    return ExitCode::kConfig;
  }
  Signals signals;
  SystemClock clock;
  const auto format = settings->config.log_format == "json" ? telemetry::LogFormat::kJson
                                                            : telemetry::LogFormat::kText;
  telemetry::Log log(LevelOf(settings->config.log_level), format);
  telemetry::PipelineEvents events(log);
  CommandContext context{*settings, log, events, clock, signals};
  return command_line.run(context);
}

}  // namespace polyhouse
