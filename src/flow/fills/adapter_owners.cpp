#include "flow/fills/adapter_owners.h"

#include <algorithm>
#include <string>

#include "domain/action_contract.h"

namespace polyhouse {
namespace {

constexpr std::string_view kNobody = "0x0000000000000000000000000000000000000000";

/// Whom the adapter has acted for; empty when no transfer says so.
std::string OwnerOf(const TokenAction& action, std::span<const TokenTransfer> transfers) {
  const bool is_made = action.action == "split";
  std::string owner;
  for (const TokenTransfer& each : transfers) {
    if (each.transaction_hash != action.transaction_hash || each.by != action.wallet) continue;
    const bool is_behind = each.log_index > action.log_index;
    if (is_made && is_behind && each.from == action.wallet && each.to != kNobody) return each.to;
    // The last before it.
    if (!is_made && !is_behind && each.to == action.wallet && each.from != kNobody) {
      owner = each.from;
    }
  }
  return owner;
}

}  // namespace

void AssignAdapters(std::span<const TokenTransfer> transfers, std::vector<TokenAction>& actions) {
  const auto by_place = [](const TokenTransfer& one, const TokenTransfer& other) {
    return std::pair(one.block_number, one.log_index) <
           std::pair(other.block_number, other.log_index);
  };
  std::vector<TokenTransfer> sorted(transfers.begin(), transfers.end());
  std::sort(sorted.begin(), sorted.end(), by_place);
  for (TokenAction& action : actions) {
    if (action.wallet_kind != kCollateralAdapterKind) continue;
    const auto [begin, end] =
        std::equal_range(sorted.begin(),
                         sorted.end(),
                         TokenTransfer{.block_number = action.block_number},
                         [](const TokenTransfer& one, const TokenTransfer& other) {
                           return one.block_number < other.block_number;
                         });
    std::string owner = OwnerOf(action, {begin, end});
    if (owner.empty()) continue;
    action.wallet_kind = WalletKindOf(owner);
    action.wallet = std::move(owner);
  }
}

}  // namespace polyhouse
