#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "telemetry/pipeline_events.h"

namespace polyhouse::telemetry {

/// What one process tells all others on the same streams about itself.
struct ProcessReport {
  std::map<std::string, Trouble, std::less<>> troubles;
  std::vector<std::string> log;  ///< Its last lines.
  std::string metrics;           ///< As Prometheus reads them.
};

ProcessReport ReportOf(const PipelineEvents& events, const std::string& version);

/// As lines of text: what is stored beside the streams.
std::string ToText(const ProcessReport& report);
/// What cannot be read, such as of another version, is left out.
ProcessReport ParseReport(std::string_view text);

/// The metrics of several processes as one page: each value with the process it is of.
std::string MergedMetrics(const std::map<std::string, std::string>& by_process);

}  // namespace polyhouse::telemetry
