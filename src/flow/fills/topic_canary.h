#pragma once

#include <map>
#include <set>
#include <string>

#include "flow/fills/fill_lanes.h"

namespace polyhouse {

/// Looks now and then at everything that the contracts have emitted in the newest blocks. A kind of
/// log that nobody here knows may be fills of a new generation: it is told, counted, and kept in
/// the state `…_canary` for `polyhouse status`.
class TopicCanary final : public Lane {
 public:
  explicit TopicCanary(const FillLaneTools& tools) : tools_(tools) {}

  std::string_view name() const override { return "canary"; }
  Status Load() override { return Ok(); }
  bool IsDone() const override { return false; }
  Result<LaneProgress> Step(std::stop_token stop) override;
  Status Restart() override { return Ok(); }

 private:
  FillLaneTools tools_;
  std::map<std::string, std::string, std::less<>> broken_;  ///< As the last round found it.
  std::set<std::string> told_;  ///< Topics, since the last round that found none.
};

}  // namespace polyhouse
