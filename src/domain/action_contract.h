#pragma once

#include <span>
#include <string>
#include <string_view>

namespace polyhouse {

/// How a contract's logs are laid out.
enum class ActionContractKind {
  kConditionalTokens,
  kNegRiskAdapter,
  kProtocolV2,  ///< What its logs mean is not published: they are looked for (TopicCanary).
};

/// A contract in which positions are made and ended.
struct ActionContract {
  std::string address;  ///< Lower-case.
  ActionContractKind kind = ActionContractKind::kConditionalTokens;
};

/// Those that are documented (docs.polymarket.com/resources/contracts, Polymarket's subgraph
/// networks.yaml, Polymarket/polymarket-v2-external README).
std::span<const ActionContract> KnownActionContracts();

/// Contracts that act for others: they turn pUSD, in which all is paid since 2026-04, into the
/// collateral that the markets' tokens are made of, and back (CtfCollateralAdapter and
/// NegRiskCtfCollateralAdapter of Polymarket/ctf-exchange-v2). Lower-case.
std::span<const std::string_view> CollateralAdapters();

/// WalletKindOf those.
inline constexpr std::string_view kCollateralAdapterKind = "collateral_adapter";

/// What holds the tokens while it acts for a wallet: TokenAction::wallet_kind.
std::string_view WalletKindOf(std::string_view address);

// keccak-256 of the events' signatures, of gnosis/conditional-tokens-contracts.
/// ConditionPreparation(bytes32,address,bytes32,uint256)
inline constexpr std::string_view kPreparedTopic =
    "0xab3760c3bd2bb38b5bcf54dc79802ed67338b4cf29f3054ded67ed24661e4177";
/// ConditionResolution(bytes32,address,bytes32,uint256,uint256[])
inline constexpr std::string_view kResolvedTopic =
    "0xb44d84d3289691f71497564b85d4233648d9dbae8cbdbb4329f301c3a0185894";
/// PositionSplit(address,address,bytes32,bytes32,uint256[],uint256)
inline constexpr std::string_view kSplitTopic =
    "0x2e6bb91f8cbcda0c93623c54d0403a43514fabc40084ec96b6d5379a74786298";
/// PositionsMerge(address,address,bytes32,bytes32,uint256[],uint256)
inline constexpr std::string_view kMergedTopic =
    "0x6f13ca62553fcc2bcd2372180a43949c1e4cebba603901ede2f4e14f36b282ca";
/// PayoutRedemption(address,address,bytes32,bytes32,uint256[],uint256)
inline constexpr std::string_view kRedeemedTopic =
    "0x2682012a4a4f1973119f1c9b90745d1bd91fa2bab387344f044cb3586864d18d";
// And of Polymarket/neg-risk-ctf-adapter.
/// PositionSplit(address,bytes32,uint256)
inline constexpr std::string_view kAdapterSplitTopic =
    "0xbbed930dbfb7907ae2d60ddf78345610214f26419a0128df39b6cc3d9e5df9b0";
/// PositionsMerge(address,bytes32,uint256)
inline constexpr std::string_view kAdapterMergedTopic =
    "0xba33ac50d8894676597e6e35dc09cff59854708b642cd069d21eb9c7ca072a04";
/// PositionsConverted(address,bytes32,uint256,uint256)
inline constexpr std::string_view kConvertedTopic =
    "0xb03d19dddbc72a87e735ff0ea3b57bef133ebe44e1894284916a84044deb367e";
/// PayoutRedemption(address,bytes32,uint256[],uint256)
inline constexpr std::string_view kAdapterRedeemedTopic =
    "0x9140a6a270ef945260c03894b3c6b3b2695e9d5101feef0ff24fec960cfd3224";

// And of ERC-1155 (eips.ethereum.org/EIPS/eip-1155), of which those by CollateralAdapters are read.
/// TransferSingle(address,address,address,uint256,uint256)
inline constexpr std::string_view kTransferSingleTopic =
    "0xc3d58168c5ae7397731d063d5bbf3d657854427343f4c083240f7aacaa2d0f62";
/// TransferBatch(address,address,address,uint256[],uint256[])
inline constexpr std::string_view kTransferBatchTopic =
    "0x4a39dc06d4c0dbc64b70af90fd698a233a518aa5d07e595d983b8c0526c8f7fb";

/// The topics of actions: those above, without transfers.
std::span<const std::string_view> ActionTopics();
/// Others that the contracts are known to emit, and which are no actions: transfers and approvals
/// of ERC-1155, and the adapter's MarketPrepared, QuestionPrepared, OutcomeReported and NewAdmin.
std::span<const std::string_view> OtherActionTopics();

}  // namespace polyhouse
