#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "app/environment.h"
#include "app/streams.h"
#include "domain/exchange.h"
#include "flow/fills/chain_source.h"
#include "flow/fills/first_block.h"
#include "flow/request_pacer.h"

namespace polyhouse {

/// Whether these settings name nodes of the chain, so that there are fills and trades.
bool HasChain(const Config& config);

/// The URLs of the nodes, at least one; they may hold keys. kConfig, which repeats none, when one
/// is no URL.
Result<std::vector<std::string>> NodesOf(const Config& config);
/// The contracts whose fills are read. kConfig when the settings name one that is none.
Result<std::vector<ExchangeContract>> ExchangesOf(const Config& config);

/// What is read from the chain.
enum class ChainRows {
  kFills,    ///< Of the exchanges.
  kActions,  ///< With tokens: splits, merges, redemptions, conversions, and of conditions.
};

/// Which blocks the settings want.
struct WantedPlaces {
  BlockPlace from;
  std::optional<BlockPlace> to;  ///< Empty: up to the newest.
};

/// Each place is a block, a date, how long ago, or "genesis", the first block of any of the
/// exchanges; kConfig, naming the setting, for anything else.
Result<WantedPlaces> WantedPlacesOf(const Config& config,
                                    std::span<const ExchangeContract> exchanges);

/// The nodes of the chain that the settings name, asked at the pace that all processes on these
/// streams keep together.
class ChainAccess {
 public:
  /// The environment and `streams` must outlive it. kConfig when an URL or a contract is none.
  static Result<std::unique_ptr<ChainAccess>> Open(const Environment& environment,
                                                   Streams& streams);

  const std::vector<ExchangeContract>& exchanges() const { return exchanges_; }
  std::size_t nodes() const { return urls_.size(); }
  /// All nodes, over connections of their own.
  std::unique_ptr<ChainSource> OpenAll(ChainRows rows = ChainRows::kFills) const;
  /// One of them alone.
  OwnEndpoint OpenOne(std::size_t node, ChainRows rows = ChainRows::kFills) const;

 private:
  explicit ChainAccess(const Environment& environment) : environment_(environment) {}

  const Environment& environment_;
  std::vector<std::string> urls_;
  std::vector<ExchangeContract> exchanges_;
  std::unique_ptr<RateStore> rates_;
  std::vector<std::unique_ptr<RequestPacer>> pacers_;  ///< One a node.
};

}  // namespace polyhouse
