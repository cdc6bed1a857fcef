#include "telemetry/metric_page.h"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <limits>
#include <vector>

namespace polyhouse::telemetry {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

ClientMetric WithLabels(const Labels& labels) {
  ClientMetric metric;
  for (const auto& [name, value] : labels) metric.label.push_back({name, value});
  return metric;
}

ClientMetric::Histogram HistogramOf(const Durations& durations) {
  ClientMetric::Histogram histogram;
  for (std::size_t i = 0; i < durations.times.size(); ++i) {
    histogram.sample_count += durations.times[i];
    histogram.bucket.push_back({histogram.sample_count,
                                i < Durations::kBounds.size()
                                    ? Durations::kBounds[i]
                                    : std::numeric_limits<double>::infinity()});
  }
  histogram.sample_sum = durations.seconds;
  return histogram;
}

}  // namespace

struct MetricPage::Families {
  std::map<std::string, MetricFamily> by_name;

  void Add(const std::string& name, const std::string& help, MetricType type, ClientMetric metric) {
    MetricFamily& family = by_name[name];
    if (family.metric.empty()) {
      family.name = name;
      family.help = help;
      family.type = type;
    }
    family.metric.push_back(std::move(metric));
  }
};

MetricPage::MetricPage() : families_(std::make_unique<Families>()) {}
MetricPage::~MetricPage() = default;

void MetricPage::Counter(const std::string& name,
                         const std::string& help,
                         const Labels& labels,
                         double value) {
  ClientMetric metric = WithLabels(labels);
  metric.counter.value = value;
  families_->Add(name, help, MetricType::Counter, std::move(metric));
}

void MetricPage::Gauge(const std::string& name,
                       const std::string& help,
                       const Labels& labels,
                       double value) {
  ClientMetric metric = WithLabels(labels);
  metric.gauge.value = value;
  families_->Add(name, help, MetricType::Gauge, std::move(metric));
}

void MetricPage::Histogram(const std::string& name,
                           const std::string& help,
                           const Labels& labels,
                           const Durations& durations) {
  ClientMetric metric = WithLabels(labels);
  metric.histogram = HistogramOf(durations);
  families_->Add(name, help, MetricType::Histogram, std::move(metric));
}

std::string MetricPage::Text() const {
  std::vector<MetricFamily> families;
  families.reserve(families_->by_name.size());
  for (const auto& [name, family] : families_->by_name) families.push_back(family);
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace polyhouse::telemetry
