#include "app/streams.h"

#include <unistd.h>

#include <array>
#include <cctype>

#include "app/embedded_streams.h"
#include "app/redis_streams.h"
#include "app/version.h"
#include "serve/status_server.h"
#include "telemetry/metric_page.h"
#include "telemetry/process_report.h"

namespace polyhouse {
namespace {

constexpr std::chrono::seconds kReportInterval{1};

/// Of this process among all that work on the same streams: its machine's name and its number.
std::string ProcessName() {
  std::array<char, 65> machine{};
  std::string name = gethostname(machine.data(), machine.size() - 1) == 0 ? machine.data() : "here";
  for (char& each : name) {
    const bool is_plain =
        std::isalnum(static_cast<unsigned char>(each)) != 0 || each == '-' || each == '.';
    if (!is_plain) each = '-';
  }
  return name + "-" + std::to_string(getpid());
}

Result<std::unique_ptr<StatusServer>> ServeOwnMetrics(const Environment& environment) {
  return StatusServer::Start(environment.config.metrics_listen, [&events = environment.events] {
    return StatusSample{
        .json = "{}",
        .text = "This process gives /metrics; polyhouse serve tells the rest.\n",
        .metrics = telemetry::ProcessMetrics(events.Snapshot(), std::string(kVersion))};
  });
}

}  // namespace

Streams::Streams() = default;
Streams::~Streams() = default;

Result<std::unique_ptr<Streams>> Streams::Open(const Environment& environment,
                                               const std::vector<std::string>& roles,
                                               std::stop_token stop) {
  auto streams = HasRedis(environment.config)
                     ? OpenRedisStreams(environment, roles, std::move(stop))
                     : OpenEmbeddedStreams(environment, roles);
  if (!streams || roles.empty()) return streams;
  if (!environment.config.metrics_listen.empty()) {
    auto metrics = ServeOwnMetrics(environment);
    if (!metrics) environment.events.PageNotServed("metrics_listen", metrics.error());
    if (metrics) (*streams)->metrics_ = std::move(*metrics);
  }
  const auto report = [&events = environment.events] {
    return telemetry::ToText(telemetry::ReportOf(events, std::string(kVersion)));
  };
  (*streams)->reports_.emplace((*streams)->OpenReports(), ProcessName(), report, kReportInterval);
  return streams;
}

Result<Config> ToolConfig(const Environment& environment,
                          std::string_view tool,
                          std::stop_token stop) {
  Config config = environment.config;
  if (!HasRedis(config)) return config;
  const auto streams = Streams::Open(environment, {}, std::move(stop));
  if (!streams) return streams.error();
  config.consumer = (*streams)->consumer() + "-" + std::string(tool);
  return config;
}

}  // namespace polyhouse
