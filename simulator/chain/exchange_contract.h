#pragma once

#include <cstdint>
#include <string_view>

#include "chain/evm_word.h"

namespace polyhouse {

/// Which contract emits a log.
enum class ExchangeContract : std::uint8_t {
  kV1,
  kV1NegRisk,
  kV2,
  kV2NegRisk,
  kV3,
  kForeign,  ///< Of another protocol, with the events of V1.
  kConditionalTokens,
  kNegRiskAdapter,
};

enum class Generation : std::uint8_t { kV1, kV2, kV3 };

/// The generation whose events the contract emits; of those that are no exchange V1.
Generation GenerationOf(ExchangeContract contract);
/// "v1", "v2", "v3".
std::string_view ToString(Generation generation);
const EvmWord& AddressOf(ExchangeContract contract);
/// True for the addresses of the exchanges, and for no other.
bool IsExchange(const EvmWord& address);

/// The first topics of the logs.
enum class LogTopic : std::uint8_t {
  kOrderFilledV1,
  kOrderFilledV2,
  kOrdersMatchedV1,
  kOrdersMatchedV2,
  kFeeChargedV1,
  kFeeChargedV2,
  kTokenRegistered,
  kPrepared,
  kResolved,
  kSplit,
  kMerged,
  kRedeemed,
  kAdapterSplit,
  kAdapterMerged,
  kConverted,
  kAdapterRedeemed,
  kTransferBatch,
};
const EvmWord& WordOf(LogTopic topic);

}  // namespace polyhouse
