#pragma once

#include <map>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "codec/entry_codec.h"
#include "flow/listing/listing.h"
#include "flow/retrier.h"

namespace polyhouse {

/// Asks Gamma about single markets by their condition ids. Used from one thread.
class MarketLookup {
 public:
  /// How many condition ids one request may name: URLs have a limit.
  static constexpr std::size_t kAtOnce = 50;

  /// The references must outlive it.
  MarketLookup(Listing& listing, Retrier& retrier, Clock& clock)
      : listing_(listing), retrier_(retrier), clock_(clock) {}

  /// What Gamma has of these markets, at most kAtOnce, open and closed, by condition id; one id may
  /// have several. What it does not know is not there.
  Result<std::map<std::string, std::vector<Market>>> ByConditionId(
      std::span<const std::string> condition_ids, std::stop_token stop);

 private:
  Listing& listing_;
  Retrier& retrier_;
  Clock& clock_;
  EntryDecoder<Market> decoder_;
};

}  // namespace polyhouse
