#pragma once

#include <array>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "app/condition.h"
#include "app/counted.h"
#include "app/status_facts.h"
#include "base/clock.h"
#include "flow/source_state.h"

namespace polyhouse {

/// One way from a source to a table. What has no ingester is made of what is in the tables already.
struct NowFlow {
  std::string_view name;
  std::string_view source;
  const IngesterNames* names;
  std::string_view table;
  std::array<std::string_view, 4> lanes;
  bool is_optional = false;  ///< Not shown where its table is empty.
};

/// What of a stream waits for its writers.
struct StreamLag {
  double rows = 0;
  double pending = 0;
  std::optional<double> age;  ///< Milliseconds.
  double dead = 0;
};

/// What the page's front shows: the flow from sources to tables as it is now and as it was in the
/// last minute, and what is wrong. As JSON. Used from one thread.
class NowBoard {
 public:
  /// Takes a look in; `counted_at`: when rows were counted exactly, zero: never.
  std::string Show(const StatusFacts& facts, const Condition& condition, Timestamp counted_at);
  /// What was shown last under another condition: nothing could be looked at.
  std::string ShowOld(const Condition& condition, Timestamp now) const;

 private:
  using Minute = std::deque<std::optional<double>>;

  std::string SourceJson(const NowFlow& flow, const std::set<std::string>& failing);
  std::string StreamJson(const NowFlow& flow, const StreamLag& lag, bool is_held_up);
  std::string WriterJson(const NowFlow& flow, const StreamLag& lag, bool is_held_up) const;
  std::string FlowsJson(const StatusFacts& facts, Timestamp counted_at);

  MetricValues counted_;
  Timestamp counted_time_{};
  std::map<std::string, Rates> rates_;
  std::map<std::string, Minute> minutes_;  ///< Of requests by source, of lag by stream.
  std::string rest_ = "\"roles\":[],\"flows\":[],\"events\":[]}";
};

}  // namespace polyhouse
