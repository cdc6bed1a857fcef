#pragma once

#include <memory>
#include <string>

#include "flow/lane.h"
#include "flow/walk_guard.h"

namespace polyhouse {

/// Reads a whole listing once: first everything open, then everything closed, both by rising id. In
/// this order nothing slips through: a market that closes while the open ones are walked is met
/// among the closed ones. It resumes where its last stored page ended, also in another process.
class BackfillLane final : public Lane {
 public:
  explicit BackfillLane(LaneTools tools) : tools_(tools) {}

  std::string_view name() const override { return "backfill"; }
  Status Load() override;
  bool IsDone() const override { return done_; }
  Result<LaneProgress> Step(std::stop_token stop) override;
  Status Restart() override;

 private:
  Status StoreAndAdvance(const PageRequest& request, const ListingPage& page, WalkVerdict verdict);
  Error AfterFailure(Error error);
  void ReportShare(const ListingPage& page);

  LaneTools tools_;
  WalkGuard guard_;
  OpenState walk_ = OpenState::kOpen;
  std::string cursor_;
  bool done_ = false;
  bool resumed_ = false;  ///< No page has been stored yet since `cursor_` was loaded.
  std::uint64_t newest_id_ =
      0;  ///< The mark of the discover lane, for telling how far the walk is; zero: unknown.
};

}  // namespace polyhouse
