#pragma once

#include <map>
#include <memory>
#include <string>

#include "telemetry/pipeline_events.h"

namespace polyhouse::telemetry {

/// Names and values of labels.
using Labels = std::map<std::string, std::string>;

/// Collects metrics and writes them as Prometheus reads them
/// (prometheus.io/docs/instrumenting/exposition_formats). Names follow its conventions: a unit at
/// the end, "_total" of what only grows. Used from one thread.
class MetricPage {
 public:
  MetricPage();
  ~MetricPage();
  MetricPage(const MetricPage&) = delete;
  MetricPage& operator=(const MetricPage&) = delete;

  /// The help of a name is that of its first value.
  void Counter(const std::string& name,
               const std::string& help,
               const Labels& labels,
               double value);
  void Gauge(const std::string& name, const std::string& help, const Labels& labels, double value);
  void Histogram(const std::string& name,
                 const std::string& help,
                 const Labels& labels,
                 const Durations& durations);
  /// In the order of the names.
  std::string Text() const;

 private:
  struct Families;
  std::unique_ptr<Families> families_;
};

/// What this process has counted, and what it uses of the machine.
std::string ProcessMetrics(const Counts& counts, const std::string& version);

}  // namespace polyhouse::telemetry
