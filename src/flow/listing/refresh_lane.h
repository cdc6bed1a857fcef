#pragma once

#include <string>

#include "flow/listing/id_set.h"
#include "flow/listing/page_lane.h"
#include "flow/listing/walk_guard.h"

namespace polyhouse {

/// Keeps what is open up to date: walks the whole open half by rising id, again and again. What was
/// open before and is not met on a whole walk has left the open half; the settle lane looks it up.
/// An interrupted walk begins anew.
class RefreshLane final : public Lane {
 public:
  explicit RefreshLane(LaneTools tools) : tools_(tools) {}

  std::string_view name() const override { return "refresh"; }
  Status Load() override { return Ok(); }
  bool IsDone() const override { return false; }
  Result<LaneProgress> Step(std::stop_token stop) override;
  Status Restart() override;

 private:
  Result<LaneProgress> FinishWalk();

  LaneTools tools_;
  WalkGuard guard_;
  std::string cursor_;
  std::string walk_name_;
  IdSet seen_;
  WalkBegin begun_;
};

}  // namespace polyhouse
