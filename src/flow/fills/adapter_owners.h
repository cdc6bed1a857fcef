#pragma once

#include <span>
#include <vector>

#include "codec/action_log.h"
#include "domain/token_action.h"

namespace polyhouse {

/// Puts in the place of each adapter of collateral whom it has acted for. An adapter takes the
/// tokens that it ends from its caller before, and gives him those that it has made after, in the
/// same transaction (CtfCollateralAdapter.sol of Polymarket/ctf-exchange-v2). An action without
/// such a transfer stays as it is.
void AssignAdapters(std::span<const TokenTransfer> transfers, std::vector<TokenAction>& actions);

}  // namespace polyhouse
