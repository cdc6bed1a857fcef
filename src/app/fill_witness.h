#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "app/environment.h"
#include "app/streams.h"
#include "app/table_access.h"
#include "checks/findings.h"
#include "flow/fills/block_range.h"

namespace polyhouse {

/// How much is compared, and which part of all.
struct FillSample {
  std::uint64_t ranges = 0;   ///< Of blocks, with a node.
  std::uint64_t markets = 0;  ///< With the Data API.
  std::uint64_t seed = 0;
};

/// Where the Data API is; empty when these settings name none.
std::optional<std::string> DataUrl(const Config& config);

/// Compares fills with other nodes and trades with the Data API; `again` becomes the blocks of what
/// is wrong. kConfig when neither is named.
Status CompareFills(const FillSample& sample,
                    const Environment& environment,
                    Streams& streams,
                    TableAccess& tables,
                    Findings& findings,
                    std::vector<BlockRange>& again,
                    const std::stop_token& stop);

}  // namespace polyhouse
