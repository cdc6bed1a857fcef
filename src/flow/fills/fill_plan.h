#pragma once

#include <cstdint>
#include <span>
#include <stop_token>

#include "flow/fills/chain_source.h"

namespace polyhouse {

struct FillPlanOptions {
  std::uint64_t most_blocks = 1;  ///< To ask for at once.
  std::uint32_t walkers = 1;
  double requests_per_second = 0;  ///< That are allowed; zero: there is no limit.
};

/// What reading blocks will take, by a sample of them.
struct FillPlan {
  std::uint64_t blocks = 0;
  std::uint64_t sampled_blocks = 0;
  double fills = 0;           ///< Estimated.
  double margin = 0;          ///< Of `fills`: two standard errors, as a share of it.
  double requests = 0;        ///< Estimated.
  double received_bytes = 0;  ///< Of the nodes' answers, unpacked; estimated.
  double request_ms = 0;      ///< A request took, measured.
  double requests_per_second = 0;
  double seconds = 0;
};

/// Reads a few ranges spread evenly over the blocks to read, about twelve; stores nothing. Errors:
/// the chain's.
Result<FillPlan> PlanFills(ChainSource& chain,
                           std::span<const BlockRange> to_read,
                           const FillPlanOptions& options,
                           const std::stop_token& stop);

}  // namespace polyhouse
