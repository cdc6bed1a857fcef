#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <thread>

#include "telemetry/log.h"
#include "telemetry/pipeline_events.h"

namespace polyhouse {

/// A line on the terminal that says how far the work is, drawn over itself four times a second.
/// Nothing at all when standard error is not a terminal.
class Progress {
 public:
  /// What the line says; `elapsed` is since the start. Called on a thread of its own.
  using Line = std::function<std::string(std::chrono::milliseconds elapsed)>;

  /// Both must outlive it.
  Progress(telemetry::Log& log, const telemetry::PipelineEvents& events);
  /// The log, and what the line asks, must outlive it.
  Progress(telemetry::Log& log, Line line);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

 private:
  telemetry::Log& log_;
  Line line_;
  std::jthread painter_;
};

/// "12,345 rows"
std::string Amount(std::uint64_t number, std::string_view what);
/// ", about 12 s left"; empty when `share`, what is done of 1, does not tell.
std::string TimeLeft(double share, std::chrono::milliseconds elapsed);

/// The line for one moment: pages, records, rows, rate and, when it can be told, the time left.
/// `elapsed` is since the start.
std::string ProgressLine(const telemetry::Counts& counts, std::chrono::milliseconds elapsed);

}  // namespace polyhouse
