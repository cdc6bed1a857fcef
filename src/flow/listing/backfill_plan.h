#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>

#include "base/result.h"
#include "flow/listing/listing.h"

namespace polyhouse {

struct BackfillPlanOptions {
  std::uint64_t read_before = 0;  ///< Records that the backfill has read already.
  std::size_t page_size = 100;
  std::uint32_t walkers = 8;
  double requests_per_second = 0;  ///< That are allowed; zero: there is no limit.
};

/// What a backfill will take, by a sample of the listing.
struct BackfillPlan {
  std::uint64_t newest_id = 0;
  std::uint64_t sampled_ids = 0;
  std::uint64_t open = 0;          ///< Records, estimated.
  std::uint64_t closed = 0;        ///< Records, estimated.
  double margin = 0;               ///< Of the sum of both: two standard errors, as a share of it.
  std::uint64_t requests = 0;      ///< Still to be made.
  double answer_ms = 0;            ///< An answer took, measured.
  double requests_per_second = 0;  ///< What limit and latency let through.
  double seconds = 0;
};

/// Asks for the newest id and for windows of neighbouring ids spread evenly below it, about 22
/// requests; ids are given out in order, so what a window holds says how many of them there are.
/// Stores nothing. Errors: the listing's; kRejected when the API ignores which ids it was asked
/// for.
Result<BackfillPlan> PlanBackfill(Listing& listing,
                                  const BackfillPlanOptions& options,
                                  std::uint64_t version,
                                  std::stop_token stop);

}  // namespace polyhouse
