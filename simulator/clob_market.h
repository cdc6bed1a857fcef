#pragma once

#include <string>
#include <string_view>

namespace polyhouse {

/// Appends what the order book's listing says of a market, given the market's JSON object as Gamma
/// has it: the same facts, other names, real lists instead of text, and no volume. A winner is
/// named once the result is final: one outcome at 1 and the others at 0.
void AppendClobMarket(std::string& out, std::string_view gamma_market);

}  // namespace polyhouse
