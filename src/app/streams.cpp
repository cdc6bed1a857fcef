#include "app/streams.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>

#include "app/embedded_streams.h"
#include "app/redis_streams.h"
#include "app/version.h"
#include "app/wiring.h"
#include "serve/status_pages.h"
#include "serve/web_server.h"
#include "telemetry/metric_page.h"
#include "telemetry/process_report.h"

namespace polyhouse {
namespace {

constexpr std::chrono::seconds kReportInterval{1};

/// Plain letters, digits, dashes and dots.
std::string MachineName() {
  std::array<char, 65> machine{};
  std::string name = gethostname(machine.data(), machine.size() - 1) == 0 ? machine.data() : "here";
  for (char& each : name) {
    const bool is_plain =
        std::isalnum(static_cast<unsigned char>(each)) != 0 || each == '-' || each == '.';
    if (!is_plain) each = '-';
  }
  return name;
}

/// Of this process among all that work on the same streams: its machine's name and its number.
std::string ProcessName() {
  return MachineName() + "-" + std::to_string(getpid());
}

/// Where a process of these roles stores what is read; empty: it reads alone.
std::string TablesOf(const Environment& environment, const std::vector<std::string>& roles) {
  const bool stores = std::find(roles.begin(), roles.end(), kWriteRole) != roles.end();
  if (!stores) return {};
  if (HasClickHouse(environment.config)) return "a ClickHouse server";
  std::error_code failure;
  const auto path = std::filesystem::absolute(environment.config.data_dir, failure);
  return MachineName() + ":" + path.lexically_normal().string();
}

std::unique_ptr<WebHandler> OwnMetrics(telemetry::PipelineEvents& events) {
  return std::make_unique<StatusPages>([&events] {
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
  if (const std::string tables = TablesOf(environment, roles); !tables.empty()) {
    environment.events.TablesNamed(tables);
  }
  if (!environment.config.metrics_listen.empty()) {
    (*streams)->metrics_ = OwnMetrics(environment.events);
    auto server = WebServer::Start(
        environment.config.metrics_listen, WebServer::Clients::kAnybody, *(*streams)->metrics_);
    if (!server) environment.events.PageNotServed("metrics_listen", server.error());
    if (server) (*streams)->metrics_server_ = std::move(*server);
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
