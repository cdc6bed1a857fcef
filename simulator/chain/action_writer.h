#pragma once

#include <cstdint>
#include <functional>

#include "chain/mined_transaction.h"
#include "chain/traded_markets.h"

namespace polyhouse {

/// Makes up actions with the tokens of markets, each a transaction of its own.
class ActionWriter final {
 public:
  /// Takes the log of an action, with its transaction and its market.
  using Take = std::function<void(MinedTransaction, const TradedMarket&, MinedLog)>;

  explicit ActionWriter(Take take) : take_(std::move(take)) {}

  /// That the condition was made, and how it was resolved, when it was.
  void Condition(const TradedMarket& market, std::uint64_t hash);
  /// Some action of a wallet or of a contract, and what the contracts do beneath it.
  void Action(const TradedMarket& market, const EvmWord& wallet, std::uint64_t hash);

 private:
  void Emit(const TradedMarket& market, std::uint64_t hash, MinedAction action);
  void EmitThrough(const TradedMarket& market, std::uint64_t hash, MinedAction action);
  void Transfer(const TradedMarket& market,
                std::uint64_t hash,
                const MinedAction& action,
                const EvmWord& from,
                const EvmWord& to);
  void Convert(const TradedMarket& market, const EvmWord& wallet, std::uint64_t hash);
  void Redeem(const TradedMarket& market, const EvmWord& wallet, std::uint64_t hash);

  Take take_;
};

}  // namespace polyhouse
