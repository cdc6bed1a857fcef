#include "domain/action_contract.h"

#include <algorithm>
#include <array>

#include "domain/exchange.h"

namespace polyhouse {
namespace {

/// The last is "the new neg-risk adapter" of some lists.
constexpr std::array<std::string_view, 4> kCollateralAdapters = {
    "0xada100db00ca00073811820692005400218fce1f",
    "0xada100874d00e3331d00f2007a9c336a65009718",
    "0xada200001000ef00d07553cee7006808f895c6f1",
    "0xada2005600dec949baf300f4c6120000bdb6eaab"};

}  // namespace

std::span<const ActionContract> KnownActionContracts() {
  using enum ActionContractKind;
  static const std::array kContracts = {
      ActionContract{"0x4d97dcd97ec945f40cf65f87097ace5ea0476045", kConditionalTokens},
      ActionContract{"0xd91e80cf2e7be2e162c6513ced06f1dd0da35296", kNegRiskAdapter},
      // BinaryModule, NegRiskModule and CombinatorialModule.
      ActionContract{"0x1000008dd9001b968442c1000017eae6e0da00ba", kProtocolV2},
      ActionContract{"0x200000900045e3b6259600682756002200028933", kProtocolV2},
      ActionContract{"0x30000034706c7d8e12009dab006be20000c031a8", kProtocolV2},
  };
  return kContracts;
}

std::span<const std::string_view> CollateralAdapters() {
  return kCollateralAdapters;
}

std::string_view WalletKindOf(std::string_view address) {
  const auto is_exchange = [&](const ExchangeContract& each) { return each.address == address; };
  const auto exchanges = KnownExchanges();
  if (std::any_of(exchanges.begin(), exchanges.end(), is_exchange)) return "exchange";
  const auto is_adapter = [&](const ActionContract& each) {
    return each.kind == ActionContractKind::kNegRiskAdapter && each.address == address;
  };
  const auto contracts = KnownActionContracts();
  if (std::any_of(contracts.begin(), contracts.end(), is_adapter)) return "neg_risk_adapter";
  const bool is_collateral_adapter =
      std::find(kCollateralAdapters.begin(), kCollateralAdapters.end(), address) !=
      kCollateralAdapters.end();
  return is_collateral_adapter ? kCollateralAdapterKind : "wallet";
}

std::span<const std::string_view> ActionTopics() {
  static constexpr std::array kTopics = {kPreparedTopic,
                                         kResolvedTopic,
                                         kSplitTopic,
                                         kMergedTopic,
                                         kRedeemedTopic,
                                         kAdapterSplitTopic,
                                         kAdapterMergedTopic,
                                         kConvertedTopic,
                                         kAdapterRedeemedTopic};
  return kTopics;
}

std::span<const std::string_view> OtherActionTopics() {
  static constexpr auto kTopics = std::to_array<std::string_view>(
      {kTransferSingleTopic,
       kTransferBatchTopic,
       // ApprovalForAll of ERC-1155.
       "0x17307eab39ab6107e8899845ad3d59bd9653f200f220920489ca2b5937696c31",
       // MarketPrepared(bytes32,address,uint256,bytes), QuestionPrepared(bytes32,bytes32,uint256,
       // bytes), OutcomeReported(bytes32,bytes32,bool) and NewAdmin(address,address).
       "0xf059ab16d1ca60e123eab60e3c02b68faf060347c701a5d14885a8e1def7b3a8",
       "0xaac410f87d423a922a7b226ac68f0c2eaf5bf6d15e644ac0758c7f96e2c253f7",
       "0x9e9fa7fd355160bd4cd3f22d4333519354beff1f5689bde87f2c5e63d8d484b2",
       "0xf9ffabca9c8276e99321725bcb43fb076a6c66a54b7f21c4e8146d8519b417dc"});
  return kTopics;
}

}  // namespace polyhouse
