#pragma once

#include <string>

#include "base/result.h"
#include "codec/chain_answer.h"
#include "domain/exchange.h"
#include "domain/order_fill.h"

namespace polyhouse {

/// Reads OrderFilled logs. Not thread-safe.
class FillReader {
 public:
  /// A log of an exchange of this generation; `block_time` and `version` are left to the caller.
  /// kMalformed when topics or data are not laid out as that generation's are.
  Result<OrderFill> Read(const ChainLog& log, ExchangeGeneration generation);

 private:
  Status ReadV1(const ChainLog& log, OrderFill& fill);
  Status ReadV2(const ChainLog& log, OrderFill& fill);
  TokenId TokenOf(const Uint256& asset);

  // Of the token that was read last: the fills of a match have one, and its digits take long.
  Uint256 token_;
  TokenId digits_{std::string(kCollateral)};
};

/// The log as JSON, for a dead letter.
std::string ToJson(const ChainLog& log);

}  // namespace polyhouse
