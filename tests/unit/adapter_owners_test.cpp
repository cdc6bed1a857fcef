#include "flow/fills/adapter_owners.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "domain/action_contract.h"

namespace polyhouse {
namespace {

const std::string kAdapter(CollateralAdapters().front());
const std::string kNobody = "0x" + std::string(40, '0');
const std::string kExchange = "0xe111180000d2663c0091e4f400237545b87b996b";

TokenTransfer Transfer(std::uint32_t log, const std::string& from, const std::string& to) {
  return {.block_number = 7,
          .transaction_hash = "0xt",
          .log_index = log,
          .by = kAdapter,
          .from = from,
          .to = to};
}

TokenAction Action(std::uint32_t log, const std::string& action) {
  return {.block_number = 7,
          .transaction_hash = "0xt",
          .log_index = log,
          .action = action,
          .wallet = kAdapter,
          .wallet_kind = std::string(kCollateralAdapterKind)};
}

TEST(AssignAdapters, FindsTheCallerOfEachActionOfATransaction) {
  std::vector<TokenAction> actions = {
      Action(3, "split"), Action(13, "merge"), Action(23, "redeem"), Action(33, "convert")};
  AssignAdapters(
      // Not in the order of the chain; what is made comes from nobody, what is ended goes there.
      std::vector{Transfer(34, kAdapter, "0xd"),
                  Transfer(31, "0xd", kAdapter),
                  Transfer(21, "0xc", kAdapter),
                  Transfer(22, kAdapter, kNobody),
                  Transfer(12, kAdapter, kNobody),
                  Transfer(11, "0xb", kAdapter),
                  Transfer(4, kAdapter, "0xa"),
                  Transfer(2, kNobody, kAdapter)},
      actions);

  const std::vector<std::string> owners = {"0xa", "0xb", "0xc", "0xd"};
  for (std::size_t i = 0; i < owners.size(); ++i) {
    EXPECT_EQ(actions[i].wallet, owners[i]);
    EXPECT_EQ(actions[i].wallet_kind, "wallet");
  }
}

TEST(AssignAdapters, LeavesAMatchToItsTrades) {
  std::vector<TokenAction> actions = {Action(3, "split")};
  AssignAdapters(std::vector{Transfer(4, kAdapter, kExchange)}, actions);
  EXPECT_EQ(actions[0].wallet, kExchange);
  EXPECT_EQ(actions[0].wallet_kind, "exchange");
}

TEST(AssignAdapters, LeavesWhatNoTransferTells) {
  const std::vector<TokenAction> before = {Action(3, "split"), Action(13, "merge")};
  auto of_another_block = Transfer(4, kAdapter, "0xa");
  of_another_block.block_number = 8;
  auto of_another_transaction = Transfer(4, kAdapter, "0xa");
  of_another_transaction.transaction_hash = "0xu";
  auto by_another = Transfer(12, "0xb", kAdapter);
  by_another.by = CollateralAdapters().back();
  for (const TokenTransfer& other : {of_another_block,
                                     of_another_transaction,
                                     by_another,
                                     Transfer(2, kAdapter, "0xa"),
                                     Transfer(14, "0xb", kAdapter),
                                     Transfer(12, kNobody, kAdapter)}) {
    auto actions = before;
    AssignAdapters(std::vector{other}, actions);
    EXPECT_EQ(actions, before);
  }
}

TEST(AssignAdapters, LeavesTheActionsOfOthers) {
  std::vector<TokenAction> actions = {Action(3, "split")};
  actions[0].wallet_kind = "wallet";
  AssignAdapters(std::vector{Transfer(4, kAdapter, "0xa")}, actions);
  EXPECT_EQ(actions[0].wallet, kAdapter);
}

}  // namespace
}  // namespace polyhouse
