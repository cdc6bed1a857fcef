#pragma once

#include <string>
#include <vector>

#include "flow/listing/page_lane.h"

namespace polyhouse {

struct SettleOptions {
  SettleTimes times;
  std::size_t batch = 100;  ///< Ids in one request; not more than a page has records.
};

/// Follows what has left the open half until it is closed and resolved: looks ids up with
/// `closed=true`, in batches. Which ids: those the refresh lane missed, those closed and not yet
/// resolved, open ones whose end date has passed, which close about now, and settled ones a few
/// times more (LookAgain), in case the API corrects them. What is in neither half is asked for by
/// its id: archived records are marked so; what answers 404 twice is marked gone in the ledger. A
/// record is asked for the more rarely the older it is, and given up after `SettleTimes::give_up`,
/// which the ledger says too.
class SettleLane final : public Lane {
 public:
  SettleLane(LaneTools tools, SettleOptions options) : tools_(tools), options_(options) {}

  std::string_view name() const override { return "settle"; }
  Status Load() override { return Ok(); }
  bool IsDone() const override { return false; }
  bool IsUrgent() const override { return tools_.pages.HasUrgent(); }
  Result<LaneProgress> Step(std::stop_token stop) override;
  Status Restart() override;

 private:
  using Ids = std::vector<std::string>;

  /// Stores what one half has of `ids` and removes these from it.
  Status LookInHalf(OpenState half, Ids& ids, std::stop_token stop);
  Status LookUpAlone(const std::string& id, std::stop_token stop);
  Status StoreFound(const FetchedPage& page);

  LaneTools tools_;
  SettleOptions options_;
};

}  // namespace polyhouse
