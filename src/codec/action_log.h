#pragma once

#include <cstdint>
#include <string>

#include "base/result.h"
#include "codec/chain_answer.h"
#include "domain/action_contract.h"
#include "domain/token_action.h"

namespace polyhouse {

/// Reads a log of ActionTopics of a contract of this kind; `block_time` and `version` are left to
/// the caller. kMalformed when topics or data are not laid out as that contract's are.
Result<TokenAction> ReadAction(const ChainLog& log, ActionContractKind kind);

/// Where tokens went, and who has moved them.
struct TokenTransfer {
  std::uint64_t block_number = 0;
  std::string transaction_hash;
  std::uint32_t log_index = 0;
  std::string by;
  std::string from;
  std::string to;
};

/// Reads a TransferSingle or TransferBatch. kMalformed when a topic is no address.
Result<TokenTransfer> ReadTransfer(const ChainLog& log);

}  // namespace polyhouse
