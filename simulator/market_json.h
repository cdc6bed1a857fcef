#pragma once

#include <string>
#include <string_view>

#include "market_facts.h"

namespace polyhouse {

/// The text of a list inside a string, as the API nests outcomes, prices and tokens: `["Yes",
/// "No"]`.
std::string ListText(const std::vector<std::string>& values);

/// Appends the market's JSON object with the keys its era had, in their order. `parents` is the
/// JSON of its `events` key, empty for no such key; `tags` is that of its `tags` key, likewise.
void AppendMarket(std::string& out,
                  const MarketFacts& facts,
                  std::string_view parents,
                  std::string_view tags);

}  // namespace polyhouse
