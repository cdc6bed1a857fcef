#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "flow/listing/page_lane.h"

namespace polyhouse {

/// Asks the API now and then whether it still behaves as the other lanes assume: how many records a
/// page has, that cursors, orders and filters work, what `closed` means when it is not given, which
/// fields records have and how dates are written. What does not hold any more is logged, counted
/// and kept in the state `…_canary` for `polyhouse status`; it stores no records. A lane that can
/// do without an assumption notices by itself and does: backfill (order by end date) and settle
/// (ids).
class CanaryLane final : public Lane {
 public:
  explicit CanaryLane(LaneTools tools) : tools_(tools) {}

  std::string_view name() const override { return "canary"; }
  Status Load() override { return Ok(); }
  bool IsDone() const override { return false; }
  /// One round. A question that got no answer is left for the next round; it is no error.
  Result<LaneProgress> Step(std::stop_token stop) override;
  Status Restart() override { return Ok(); }

 private:
  /// What is wrong, in a few words; empty when nothing is, or when this listing is too small to
  /// say.
  using Finding = Result<std::string>;
  struct Assumption {
    std::string_view name;
    std::string_view consequence;
    Finding (CanaryLane::*check)(std::stop_token stop);
  };
  static const std::vector<Assumption>& Assumptions();

  Finding CheckPageCap(std::stop_token stop);
  Finding CheckCursor(std::stop_token stop);
  Finding CheckOrder(std::stop_token stop);
  Finding CheckEndDateOrder(std::stop_token stop);
  Finding CheckEndDateFilter(std::stop_token stop);
  Finding CheckClosedDefault(std::stop_token stop);
  Finding CheckClosedFilter(std::stop_token stop);
  Finding CheckIdFilter(std::stop_token stop);
  Finding CheckNewFields(std::stop_token stop);
  Finding CheckMissingFields(std::stop_token stop);
  Finding CheckDates(std::stop_token stop);
  Finding CheckRecords(std::stop_token stop);

  Result<ListingPage> Ask(PageRequest request, std::stop_token stop);
  /// A fault of one answer is no change of the API: what is wrong must be so three times.
  Status ReadIgnoredHalves();
  Finding CheckPatiently(const Assumption& assumption, std::stop_token stop);

  LaneTools tools_;
  std::map<std::string, std::string, std::less<>> broken_;  ///< As the last round found it.
};

}  // namespace polyhouse
