#pragma once

#include <cstdint>

#include "chain/mined_transaction.h"

namespace polyhouse {

/// Encodes what one contract emits for one market, log after log, as its generation does it.
class LogWriter final {
 public:
  LogWriter(ExchangeContract contract, const TradedMarket& market, ExpandedTransaction& out)
      : contract_(contract), market_(market), out_(out) {}

  /// So many logs of other contracts, which nobody is shown.
  void Skip(std::uint64_t logs) { out_.span += static_cast<std::uint32_t>(logs); }
  void OrderFilled(const MinedFill& fill);
  /// Nothing when the fill has no fee.
  void FeeCharged(const MinedFill& fill, const EvmWord& receiver);
  void OrdersMatched(const MinedFill& taker_row);
  void TokenRegistered();

 private:
  bool IsV1() const { return GenerationOf(contract_) == Generation::kV1; }
  MinedLog& Add(LogTopic topic);

  ExchangeContract contract_;
  const TradedMarket& market_;
  ExpandedTransaction& out_;
};

}  // namespace polyhouse
