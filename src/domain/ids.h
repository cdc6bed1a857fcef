#pragma once

#include "base/strong_type.h"

namespace polyhouse {

/// A market's id as the API gives it: decimal text.
using MarketId = StrongString<struct MarketIdTag>;
/// The id of what the API calls an event: decimal text.
using EventId = StrongString<struct EventIdTag>;
/// One tradable outcome: a 256-bit integer kept as decimal text of up to 78 digits, never a number.
using TokenId = StrongString<struct TokenIdTag>;

}  // namespace polyhouse
