#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "chain/evm_word.h"
#include "chain/exchange_contract.h"
#include "dice.h"
#include "world.h"

namespace polyhouse {

/// A market with two outcomes, as far as the chain and its truth go.
struct TradedMarket {
  RowNumber row = 0;                  ///< In the world; meaningless when it is in no listing.
  std::string id;                     ///< Gamma's.
  std::optional<std::uint32_t> plan;  ///< Its number among those that trade by plan alone.
  bool is_listed = false;             ///< Now or before.
  std::string condition_id;
  std::string question;
  std::string slug;
  std::array<std::string, 2> outcomes;  ///< Empty when the market has no labels.
  std::array<EvmWord, 2> tokens;        ///< Position ids when `is_v2`.
  std::string question_id;
  std::string neg_risk_market_id;  ///< Of negRisk markets.
  /// As the chain resolves it; empty: it was not settled when it was taken in.
  std::vector<std::uint64_t> payouts;
  bool is_neg_risk = false;
  bool is_v2 = false;
  std::uint16_t tick = 1;      ///< Thousandths of a dollar.
  std::uint16_t fee_rate = 0;  ///< Hundredths.
};

/// The markets that the chain trades: those of a world, or a sample of many, and some that are in
/// no listing. Only ever grows.
class TradedMarkets final {
 public:
  /// Takes in the markets of a world, the newest ones and an even sample of the others.
  void AddSample(const Rows& rows);
  /// Takes in one market, when it is one that can be traded and is or will be listed; or learns
  /// that it has been listed by now.
  void Add(const Rows& rows, RowNumber row);
  /// Makes up markets that are in no listing.
  void AddUnlisted(std::uint64_t seed, std::uint32_t count);
  /// Sets markets apart that trade by plan alone: of every kind, evenly, at most half of it.
  void Plan(std::uint32_t count);

  bool IsEmpty() const { return markets_.empty(); }
  std::uint32_t size() const { return static_cast<std::uint32_t>(markets_.size()); }
  const TradedMarket& At(std::uint32_t index) const { return markets_[index]; }
  /// For each market whether it has one of these conditions; nothing when none are named.
  std::vector<bool> WithConditions(const std::vector<std::string>& conditions) const;
  /// The contract where the market trades in a generation; a market of the second protocol trades
  /// on V3 alone, and others never do.
  ExchangeContract ContractOf(std::uint32_t market, Generation generation) const;
  /// A market that can trade in this generation; empty when there is none. Few have most of it.
  std::optional<std::uint32_t> Choose(Generation generation, Dice& dice) const;
  /// One of those set apart; empty when there is none.
  std::optional<std::uint32_t> ChoosePlanned(Generation generation, Dice& dice) const;
  /// Those set apart, in the order of their numbers.
  const std::vector<std::uint32_t>& Planned() const { return planned_; }

 private:
  void AddMarket(TradedMarket market);
  /// Moves so many markets of a kind to those that are planned.
  void PlanSome(std::vector<std::uint32_t>& kind, std::size_t count);

  std::unordered_map<RowNumber, std::uint32_t> awaited_;  ///< Markets that will be listed.
  std::vector<TradedMarket> markets_;
  std::vector<std::uint32_t> plain_;
  std::vector<std::uint32_t> neg_risk_;
  std::vector<std::uint32_t> v2_;
  std::vector<std::uint32_t> unlisted_;
  std::vector<std::uint32_t> planned_;  ///< Those of the second protocol first.
  std::size_t planned_v2_ = 0;
  RowNumber next_row_ = 0;  ///< Rows before it have been looked at.
};

}  // namespace polyhouse
