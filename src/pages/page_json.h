#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace polyhouse {

/// What a page that listens is told of trades.
struct TradeNews {
  std::string rows;    ///< JSON.
  std::string last;    ///< The newest one's id; empty: none.
  std::string before;  ///< The id of the first that did not find room; empty: all did.
};

/// The newest `most` of the answer to the question /api/trades; empty: it is none.
std::optional<TradeNews> ReadTradeNews(const std::string& answer, std::size_t most);

/// From the answer to /api/markets/:id: an object that is still open, with what can change of a
/// market; empty: it is no such answer.
std::string MarketNews(const std::string& answer);

/// The dead letters that a page wants to have replayed.
struct ReplayWish {
  std::string stream;
  std::vector<std::string> ids;  ///< 1 to 1000.
};

/// {"stream":…,"ids":[…]}; empty: it is none.
std::optional<ReplayWish> ReadReplayWish(const std::string& body);

/// Any bytes as UTF-8: where they are none, a sign stands for each that is not ASCII.
std::string ReadableText(const std::string& bytes);

}  // namespace polyhouse
