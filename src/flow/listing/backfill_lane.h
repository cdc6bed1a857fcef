#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "flow/listing/page_lane.h"
#include "flow/listing/range_book.h"
#include "flow/listing/walk_guard.h"

namespace polyhouse {

/// Reads a whole listing once, with others of its kind: each walks one range of the shared book
/// after the other. It resumes where its last stored page ended, also in another process.
class BackfillLane final : public Lane {
 public:
  /// `book` must outlive the lane, and is loaded by somebody else.
  /// With `waits_for_mark` it does not begin before discover has set its mark.
  BackfillLane(LaneTools tools, RangeBook& book, bool waits_for_mark = false)
      : tools_(tools), book_(book), waits_for_mark_(waits_for_mark) {}

  std::string_view name() const override { return "backfill"; }
  Status Load() override { return Ok(); }
  bool IsDone() const override { return book_.IsDone(); }
  Result<LaneProgress> Step(std::stop_token stop) override;
  Status Restart() override;

 private:
  PageRequest Request() const;
  /// kRejected when the rows are not those that were asked for.
  Status CheckDates(const ListingPage& page) const;
  /// kRejected when there are rows without an end date though none came first.
  Status CheckUndated(const ListingPage& page, std::stop_token stop);
  bool EndsAt(const ListingPage& page, WalkVerdict verdict) const;
  Status StoreAndAdvance(const FetchedPage& page, bool ends);
  Error AfterFailure(Error error);
  void ReportShare();

  LaneTools tools_;
  RangeBook& book_;
  WalkGuard guard_;
  std::optional<Range> range_;
  bool waits_for_mark_;
  std::uint64_t newest_id_ = 0;  ///< Discover's mark, for telling how far it is; zero: unknown.
  bool resumed_ = false;         ///< No page has been stored yet since the range was taken up.
  bool not_by_date_ = false;     ///< The API was seen not to give rows by end date.
};

}  // namespace polyhouse
