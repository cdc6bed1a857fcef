#pragma once

#include <map>
#include <string>
#include <string_view>

#include "app/status_facts.h"

namespace polyhouse {

/// How often each thing was counted, of all processes: by metric and labels, as
/// `polyhouse_records_total{ingester="markets",…}`.
using MetricValues = std::map<std::string, double, std::less<>>;

/// The sum of what living processes have counted.
MetricValues CountedBy(const StatusFacts& facts);

/// The value of a label in "name{label=\"value\",…}"; empty when it has none.
std::string LabelOf(std::string_view metric, std::string_view label);

/// Of living processes that tell a metric, such as "polyhouse_role_held", by its label: the first
/// of each value.
std::map<std::string, std::string> ProcessesBy(const StatusFacts& facts,
                                               std::string_view metric,
                                               std::string_view label);

/// What was counted of each lane or table within some time, per second.
struct Rates {
  double requests = 0;
  double read = 0;
  double changed = 0;
  double stored = 0;
};

/// By lane ("markets/discover") and table ("markets").
std::map<std::string, Rates> RatesOf(const MetricValues& before,
                                     const MetricValues& now,
                                     double seconds);

}  // namespace polyhouse
