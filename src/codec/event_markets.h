#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace polyhouse {

/// The ids of the markets inside one event as the Gamma API sends it; empty when it has none.
/// kMalformed when the text is no event.
Result<std::vector<std::string>> MarketIdsOfEvent(std::string_view event);

}  // namespace polyhouse
