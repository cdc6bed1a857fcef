#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "codec/chain_answer.h"
#include "domain/action_contract.h"
#include "domain/address.h"
#include "domain/exchange.h"
#include "domain/order_fill.h"
#include "domain/token_action.h"
#include "flow/fills/block_range.h"
#include "ports/http_client.h"

namespace polyhouse {

/// A log that cannot be read.
struct BadLog {
  std::string raw;  ///< As JSON.
  Error error;
};

/// The fills of a range of blocks, or the actions, complete as far as its node can be believed.
struct FetchedRange {
  BlockRange range;
  std::vector<OrderFill> fills;      ///< In the chain's order; `version` is the caller's.
  std::vector<TokenAction> actions;  ///< As `fills`.
  std::vector<BadLog> bad;
  /// Actions of adapters of which no transfer says whose they were: there are none, or the node has
  /// left some out.
  std::size_t unassigned = 0;
  std::string parent_hash;  ///< Of the first block.
  std::string last_hash;
  std::string endpoint;  ///< The host that has answered; never a path, which may hold a key.
  std::chrono::milliseconds took{};
  std::uint64_t requests = 0;
  std::uint64_t bytes = 0;  ///< Of the answers.

  std::size_t rows() const { return fills.size() + actions.size(); }
};

/// One node, or a provider's many, behind one URL. Used from one thread. Errors: kTransient, with
/// Error::too_much where a smaller range may do; kConfig: it is no node of this chain; kStopping.
class ChainEndpoint {
 public:
  struct Options {
    std::string url;
    std::chrono::milliseconds timeout{60'000};
    std::vector<ExchangeContract> exchanges{};  ///< Whose fills are read.
    std::vector<ActionContract> contracts{};    ///< Whose actions are read.
  };

  /// `http` must outlive it.
  ChainEndpoint(Options options, HttpClient& http);

  const std::string& host() const { return host_; }
  /// The number of the newest block.
  Result<std::uint64_t> Head(std::stop_token stop);
  /// Empty when the node has no such block (yet).
  Result<std::optional<ChainBlock>> Header(std::uint64_t block, std::stop_token stop);
  /// Everything the contracts have emitted of what is read, in these blocks. The node must have the
  /// last of them before and after it is asked for logs: behind its head it would answer with none.
  /// Each match must have its taker's fill: an answer without is not whole. Of actions nothing
  /// proves that.
  Result<FetchedRange> Fetch(const BlockRange& range, std::stop_token stop);
  /// How often each kind of log that nobody here knows was emitted by the contracts, but for
  /// ConditionalTokens, by its first topic.
  Result<std::map<std::string, std::uint64_t>> UnknownTopics(const BlockRange& range,
                                                             std::stop_token stop);
  /// What each address is as of a block that is `at_least` this one. Some may be left out; an error
  /// when all are.
  Result<AddressStates> Addresses(std::span<const std::string> addresses,
                                  std::uint64_t at_least,
                                  std::stop_token stop);

 private:
  struct AddressAnswers;
  Result<std::string> Send(const std::string& request, std::stop_token stop);
  Status CheckChain(std::stop_token stop);
  Result<std::vector<std::optional<ChainBlock>>> Headers(std::span<const std::uint64_t> blocks,
                                                         std::stop_token stop);
  /// One request for the next of the answers; for fewer the next time, when it was refused because
  /// of their number.
  Status AskOfAddresses(std::span<const std::string> addresses,
                        std::uint64_t block,
                        AddressAnswers& answers,
                        std::stop_token stop);
  Error NotThereYet(std::uint64_t block) const;
  Status ReadLogs(std::span<const ChainLog> logs, FetchedRange& fetched) const;
  /// False when no contract of actions has emitted it.
  bool ReadsAction(const ChainLog& log, std::string_view address, FetchedRange& fetched) const;
  /// Asks for whom adapters of collateral have acted, where one has; once more where the answer
  /// does not say it of each.
  Status FindOwners(FetchedRange& fetched, const std::stop_token& stop);
  Status AskForOwners(FetchedRange& fetched, std::stop_token stop);
  /// Puts the times of their blocks into fills that have none, and the range's hashes.
  Status Complete(FetchedRange& fetched, std::stop_token stop);

  Options options_;
  HttpClient& http_;
  std::string host_;
  std::string read_;       ///< The filter of eth_getLogs for what is read.
  std::string watched_;    ///< For all that the contracts emit in which new kinds may appear.
  std::string transfers_;  ///< For the transfers by adapters of collateral.
  ChainAnswerParser parser_;
  std::uint64_t head_ = 0;  ///< The highest that it has said.
  std::uint64_t requests_ = 0;
  std::uint64_t bytes_ = 0;  ///< Of all answers.
  bool is_checked_ = false;
  bool takes_batches_ = true;
  std::size_t most_calls_ = 50;  ///< Questions about addresses in one request.
};

}  // namespace polyhouse
