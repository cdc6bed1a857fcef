#pragma once

#include <simdjson.h>

#include <optional>
#include <string>
#include <vector>

#include "chain/rpc_error.h"
#include "chain/simulated_chain.h"

namespace polyhouse {

/// What an eth_getLogs asks for.
struct LogQuery {
  std::string from = "latest";  ///< A tag or a number in hex.
  std::string to = "latest";
  std::optional<EvmWord> block_hash;         ///< In place of `from` and `to`.
  std::vector<EvmWord> addresses;            ///< Empty: any.
  std::vector<std::vector<EvmWord>> topics;  ///< By place; empty: any.

  static RpcResult<LogQuery> Parse(simdjson::dom::element filter);

  bool Matches(const MinedLog& log) const;
};

}  // namespace polyhouse
