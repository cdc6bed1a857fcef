#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/ids.h"
#include "domain/micros.h"

namespace polyhouse {

/// A trade as the Data API tells of it: the taker's row of a match.
struct WitnessTrade {
  std::string transaction_hash;
  TokenId token_id;
  std::string side;        ///< "BUY" or "SELL".
  Micros size;             ///< Tokens.
  std::uint64_t time = 0;  ///< Seconds since 1970.
};

struct TradePage {
  std::vector<WitnessTrade> rows;
  std::string next_cursor;  ///< Empty on the last page.
};

/// Reads response bodies of the Data API's second version of trades,
/// `{"data":[…],"pagination":{…}}` (docs.polymarket.com/api-reference/feeds/list-trades). Used from
/// one thread.
class TradePageParser {
 public:
  TradePageParser();
  ~TradePageParser();
  TradePageParser(const TradePageParser&) = delete;
  TradePageParser& operator=(const TradePageParser&) = delete;

  /// kTransient when the body is no such page.
  Result<TradePage> Parse(std::string body);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace polyhouse
