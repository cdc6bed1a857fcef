#pragma once

#include <string>
#include <thread>

#include "telemetry/log.h"
#include "telemetry/pipeline_events.h"

namespace polyhouse {

/// A line on the terminal that says how far the work is, drawn over itself four times a second.
/// Nothing at all when standard error is not a terminal.
class Progress {
 public:
  /// Both must outlive it.
  Progress(telemetry::Log& log, const telemetry::PipelineEvents& events);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

 private:
  telemetry::Log& log_;
  const telemetry::PipelineEvents& events_;
  std::jthread painter_;
};

/// The line for one moment: pages, records, rows, rate and, when it can be told, the time left.
/// `elapsed` is since the start.
std::string ProgressLine(const telemetry::Counts& counts, std::chrono::milliseconds elapsed);

}  // namespace polyhouse
