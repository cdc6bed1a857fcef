#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "app/condition.h"
#include "app/counted.h"
#include "app/status_facts.h"
#include "base/clock.h"

namespace polyhouse {

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
