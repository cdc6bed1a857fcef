#pragma once

#include <string>

#include "base/result.h"
#include "codec/chain_answer.h"
#include "domain/exchange.h"
#include "domain/order_fill.h"

namespace polyhouse {

/// Reads an OrderFilled log of an exchange of this generation; `block_time` and `version` are left
/// to the caller. kMalformed when topics or data are not laid out as that generation's are.
Result<OrderFill> ReadFill(const ChainLog& log, ExchangeGeneration generation);

/// The log as JSON, for a dead letter.
std::string ToJson(const ChainLog& log);

}  // namespace polyhouse
