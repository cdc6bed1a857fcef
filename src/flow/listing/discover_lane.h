#pragma once

#include <cstdint>
#include <string>

#include "flow/listing/page_lane.h"
#include "flow/listing/walk_guard.h"

namespace polyhouse {

/// Finds what is new: reads a listing newest first until a page brings only ids that the last round
/// knew. Both the open and the closed half, because a five-minute market may open and close between
/// two rounds. The first round ever reads one page of each to set the mark; it must come before the
/// backfill starts, which then covers everything below the mark.
class DiscoverLane final : public Lane {
 public:
  explicit DiscoverLane(LaneTools tools) : tools_(tools) {}

  std::string_view name() const override { return "discover"; }
  Status Load() override;
  bool IsDone() const override { return false; }
  Result<LaneProgress> Step(std::stop_token stop) override;
  Status Restart() override;

 private:
  bool MeetsKnownIds(const ListingPage& page) const;
  void NoteNewest(const ListingPage& page);
  Result<LaneProgress> FinishWalk();

  LaneTools tools_;
  WalkGuard guard_;
  OpenState walk_ = OpenState::kOpen;
  std::string cursor_;
  std::string walk_name_;  ///< Empty before a walk's first page.
  std::uint64_t known_newest_ =
      0;                      ///< The highest id of the last complete round; zero before the first.
  std::uint64_t newest_ = 0;  ///< The highest id met so far, as NoteNewest counts.
  bool open_is_empty_ = false;
};

}  // namespace polyhouse
