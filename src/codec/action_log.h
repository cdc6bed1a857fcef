#pragma once

#include "base/result.h"
#include "codec/chain_answer.h"
#include "domain/action_contract.h"
#include "domain/token_action.h"

namespace polyhouse {

/// Reads a log of ActionTopics of a contract of this kind; `block_time` and `version` are left to
/// the caller. kMalformed when topics or data are not laid out as that contract's are.
Result<TokenAction> ReadAction(const ChainLog& log, ActionContractKind kind);

}  // namespace polyhouse
