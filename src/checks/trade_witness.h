#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "checks/findings.h"
#include "checks/table_answer.h"
#include "codec/trade_page.h"
#include "flow/fills/block_range.h"
#include "flow/retrier.h"
#include "ports/http_client.h"

namespace polyhouse {

/// The Data API's trades of one market, the newest first. Used from one thread.
class TradeListing {
 public:
  /// `base_url` without a slash at the end; `http` must outlive it.
  TradeListing(std::string base_url, std::chrono::milliseconds request_timeout, HttpClient& http)
      : base_url_(std::move(base_url)), request_timeout_(request_timeout), http_(http) {}

  /// Taker legs alone, dust included. The errors of Listing::Fetch.
  Result<TradePage> Fetch(const std::string& condition_id,
                          const std::string& cursor,
                          std::stop_token stop);

 private:
  std::string base_url_;
  std::chrono::milliseconds request_timeout_;
  HttpClient& http_;
  TradePageParser parser_;
};

/// What the table and the witness both can know of a market: trades from the one second to the
/// other, both included.
struct TradeWindow {
  std::uint64_t from = 0;
  std::uint64_t until = 0;
};

/// Compares both, transaction by transaction, in the window: what the table lacks or has of another
/// size is wrong, what the witness lacks is a note, because it may lag and has forgotten old
/// trades. Adds the seconds of what is wrong to `wrong_at`.
void JudgeTrades(const std::string& condition_id,
                 const std::vector<WitnessTrade>& witness,
                 const std::vector<WitnessTrade>& table,
                 const TradeWindow& window,
                 Findings& findings,
                 std::vector<std::uint64_t>& wrong_at);

/// The Data API as a witness of `trades`. All references must outlive it.
class TradeWitness {
 public:
  TradeWitness(TradeListing& listing, TableReader& tables, Retrier& retrier)
      : listing_(listing), tables_(tables), retrier_(retrier) {}

  /// Compares this many markets that have traded, taken by `seed`, each as far as five pages go
  /// back. `again` gets the blocks of what is wrong.
  Status Compare(std::uint64_t markets,
                 std::uint64_t seed,
                 Findings& findings,
                 std::vector<BlockRange>& again,
                 std::stop_token stop);

 private:
  struct Market {
    std::string condition_id;
    std::vector<std::string> tokens;
  };

  Result<std::vector<Market>> Sample(std::uint64_t markets,
                                     std::uint64_t seed,
                                     const std::stop_token& stop);
  /// The newest trades of it, and whether there are older ones.
  Result<std::pair<std::vector<WitnessTrade>, bool>> Ask(const Market& market,
                                                         const std::stop_token& stop);
  Result<std::vector<WitnessTrade>> InTable(const Market& market,
                                            const TradeWindow& window,
                                            const std::stop_token& stop);
  Result<std::vector<BlockRange>> BlocksAt(const std::vector<std::uint64_t>& seconds,
                                           const std::stop_token& stop);

  TradeListing& listing_;
  TableReader& tables_;
  Retrier& retrier_;
};

}  // namespace polyhouse
