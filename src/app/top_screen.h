#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "app/condition.h"
#include "app/status_facts.h"
#include "base/clock.h"

namespace polyhouse {

/// How often each thing was counted, of all processes: by metric and labels, as
/// `polyhouse_records_total{ingester="markets",…}`.
using MetricValues = std::map<std::string, double, std::less<>>;

/// The sum of what living processes have counted.
MetricValues CountedBy(const StatusFacts& facts);

/// What is shown: how things are now, and how much was done since a moment before.
struct TopView {
  const StatusFacts& facts;
  const Condition& condition;
  const MetricValues& before;
  const MetricValues& now;
  double seconds = 1;  ///< Between the two.
  Timestamp time{};
};

struct ScreenSize {
  std::size_t rows = 24;
  std::size_t columns = 80;
};

/// The lines of a terminal of this size, the most important first: what does not fit is left out,
/// below and at the right.
std::vector<std::string> TopScreen(const TopView& view, const ScreenSize& size);

}  // namespace polyhouse
