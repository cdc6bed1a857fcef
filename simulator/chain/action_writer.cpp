#include "chain/action_writer.h"

#include "chain/simulated_chain.h"
#include "dice.h"

namespace polyhouse {
namespace {

constexpr std::uint64_t kMillion = 1'000'000;
constexpr std::uint64_t kMostShares = 1'000;

EvmWord Parsed(std::string_view hex) {
  EvmWord word;
  ParseHexWord(hex, word);
  return word;
}

EvmWord CollateralAdapter(bool of_neg_risk) {
  return Parsed(of_neg_risk ? "0xada2005600dec949baf300f4c6120000bdb6eaab"
                            : "0xada100db00ca00073811820692005400218fce1f");
}

const EvmWord& ExchangeOf(const TradedMarket& market, bool is_second) {
  using enum ExchangeContract;
  if (is_second) return AddressOf(market.is_neg_risk ? kV2NegRisk : kV2);
  return AddressOf(market.is_neg_risk ? kV1NegRisk : kV1);
}

std::vector<EvmWord> BothSets() {
  return {WordOf(1), WordOf(2)};
}

/// A list behind words of which `heads` come before it.
void AppendList(std::vector<EvmWord>& data, const std::vector<EvmWord>& list) {
  data.push_back(WordOf(list.size()));
  data.insert(data.end(), list.begin(), list.end());
}

EvmWord Offset(std::uint64_t words) {
  constexpr std::uint64_t kWordBytes = 32;
  return WordOf(words * kWordBytes);
}

void LayOutCondition(const MinedAction& action, MinedLog& log) {
  const bool is_resolution = action.action == "resolve";
  log.topics = {WordOf(is_resolution ? LogTopic::kResolved : LogTopic::kPrepared),
                Parsed(action.condition_id),
                action.wallet,
                Parsed(action.question_id)};
  log.data = {action.amount};
  if (!is_resolution) return;
  log.data.push_back(Offset(2));
  AppendList(log.data, action.amounts);
}

void LayOutConditional(const MinedAction& action, MinedLog& log) {
  log.contract = ExchangeContract::kConditionalTokens;
  if (action.action == "prepare" || action.action == "resolve") {
    LayOutCondition(action, log);
    return;
  }
  const EvmWord condition = Parsed(action.condition_id);
  if (action.action == "redeem") {
    log.topics = {WordOf(LogTopic::kRedeemed), action.wallet, Parsed(action.collateral), EvmWord()};
    log.data = {condition, Offset(3), action.amount};
  } else {
    const auto topic = action.action == "split" ? LogTopic::kSplit : LogTopic::kMerged;
    log.topics = {WordOf(topic), action.wallet, EvmWord(), condition};
    log.data = {Parsed(action.collateral), Offset(3), action.amount};
  }
  AppendList(log.data, action.index_sets);
}

void LayOutAdapter(const MinedAction& action, MinedLog& log) {
  log.contract = ExchangeContract::kNegRiskAdapter;
  if (action.action == "convert") {
    log.topics = {WordOf(LogTopic::kConverted),
                  action.wallet,
                  Parsed(action.neg_risk_market_id),
                  action.index_sets.front()};
    log.data = {action.amount};
    return;
  }
  const EvmWord condition = Parsed(action.condition_id);
  if (action.action == "redeem") {
    log.topics = {WordOf(LogTopic::kAdapterRedeemed), action.wallet, condition};
    log.data = {Offset(2), action.amount};
    AppendList(log.data, action.amounts);
    return;
  }
  const bool is_split = action.action == "split";
  log.topics = {WordOf(is_split ? LogTopic::kAdapterSplit : LogTopic::kAdapterMerged),
                action.wallet,
                condition};
  log.data = {action.amount};
}

/// 2^n.
EvmWord Bit(std::uint64_t n) {
  constexpr std::uint64_t kWordBits = 64;
  EvmWord word;
  word.words[3 - n / kWordBits] = std::uint64_t{1} << (n % kWordBits);
  return word;
}

}  // namespace

void ActionWriter::Emit(const TradedMarket& market, std::uint64_t hash, MinedAction action) {
  MinedLog log;
  MinedAction said = action;
  if (said.through != EvmWord()) said.wallet = said.through;
  const bool is_adapters = said.collateral.empty() && said.wallet_kind != "oracle";
  if (is_adapters) LayOutAdapter(said, log);
  if (!is_adapters) LayOutConditional(said, log);
  log.action = std::move(action);
  take_({.hash = hash}, market, std::move(log));
}

/// What an adapter of collateral does with the tokens of a market.
void ActionWriter::Transfer(const TradedMarket& market,
                            std::uint64_t hash,
                            const MinedAction& action,
                            const EvmWord& from,
                            const EvmWord& to) {
  MinedLog log;
  log.contract = ExchangeContract::kConditionalTokens;
  log.topics = {WordOf(LogTopic::kTransferBatch), action.through, from, to};
  log.data = {Offset(2), Offset(2 + 1 + market.tokens.size())};
  AppendList(log.data, {market.tokens.begin(), market.tokens.end()});
  AppendList(log.data, std::vector<EvmWord>(market.tokens.size(), action.amount));
  take_({.hash = hash}, market, std::move(log));
}

/// As the adapters do it: what is ended is taken from the caller before, what is made given to him
/// after. Beneath it ConditionalTokens makes it for the adapter and ends it in the adapter's hands.
void ActionWriter::EmitThrough(const TradedMarket& market, std::uint64_t hash, MinedAction action) {
  action.through = CollateralAdapter(market.is_neg_risk);
  const bool is_split = action.action == "split";
  const bool is_conversion = action.action == "convert";
  if (!is_split) Transfer(market, hash, action, action.wallet, action.through);
  if (!market.is_neg_risk) {
    Transfer(market,
             hash,
             action,
             is_split ? EvmWord() : action.through,
             is_split ? action.through : EvmWord());
  }
  Emit(market, hash, action);
  if (is_split || is_conversion) Transfer(market, hash, action, action.through, action.wallet);
}

void ActionWriter::Condition(const TradedMarket& market, std::uint64_t hash) {
  MinedAction action{.action = "prepare",
                     .wallet_kind = "oracle",
                     .wallet = DrawnAddress(hash),
                     .condition_id = market.condition_id,
                     .question_id = market.question_id,
                     .amount = WordOf(2)};
  Emit(market, hash, action);
  if (market.payouts.empty()) return;
  action.action = "resolve";
  for (const std::uint64_t payout : market.payouts) action.amounts.push_back(WordOf(payout));
  Emit(market, Mix(hash), std::move(action));
}

void ActionWriter::Redeem(const TradedMarket& market, const EvmWord& wallet, std::uint64_t hash) {
  Dice dice(hash);
  MinedAction action{.action = "redeem",
                     .wallet_kind = "wallet",
                     .wallet = wallet,
                     .condition_id = market.condition_id,
                     .collateral = market.is_neg_risk ? "" : kUsdcE};
  const bool is_through = dice.Below(2) == 0;
  const std::uint64_t sum = market.payouts[0] + market.payouts[1];
  std::uint64_t paid = 0;
  for (const std::uint64_t payout : market.payouts) {
    const std::uint64_t shares = 2 * dice.Below(kMostShares) * kMillion;
    action.amounts.push_back(WordOf(shares));
    paid += shares * payout / sum;
  }
  action.amount = WordOf(paid);
  if (!action.collateral.empty()) {
    action.amounts.clear();
    action.index_sets = BothSets();
  }
  if (is_through) return EmitThrough(market, hash, std::move(action));
  Emit(market, hash, std::move(action));
}

void ActionWriter::Convert(const TradedMarket& market, const EvmWord& wallet, std::uint64_t hash) {
  const EvmWord question = Parsed(market.question_id);
  constexpr std::uint64_t kByte = 0xff;
  MinedAction action{.action = "convert",
                     .wallet_kind = "wallet",
                     .wallet = wallet,
                     .neg_risk_market_id = market.neg_risk_market_id,
                     .index_sets = {Bit(question.words[3] & kByte)},
                     .amount = WordOf((1 + hash % kMostShares) * kMillion)};
  if (hash % 2 == 0) return EmitThrough(market, hash, std::move(action));
  Emit(market, hash, std::move(action));
}

void ActionWriter::Action(const TradedMarket& market, const EvmWord& wallet, std::uint64_t hash) {
  Dice dice(hash);
  const std::uint64_t draw = dice.Below(8);
  if (!market.payouts.empty() && draw < 4) return Redeem(market, wallet, hash);
  if (!market.neg_risk_market_id.empty() && draw == 4) return Convert(market, wallet, hash);
  MinedAction action{.action = draw % 2 == 0 ? "split" : "merge",
                     .wallet_kind = "wallet",
                     .wallet = wallet,
                     .condition_id = market.condition_id,
                     .amount = WordOf((1 + dice.Below(kMostShares)) * kMillion + dice.Below(2))};
  // Since pUSD all goes through adapters, the second exchanges' matches too.
  const bool is_through = draw == 5 || draw == 7;
  if (draw == 6 || (is_through && dice.Below(2) == 0)) {
    action.wallet_kind = "exchange";
    action.wallet = ExchangeOf(market, is_through);
  }
  if (market.is_neg_risk) {
    // Beneath it, in the same transaction.
    MinedAction beneath = action;
    beneath.wallet_kind = "neg_risk_adapter";
    beneath.wallet = AddressOf(ExchangeContract::kNegRiskAdapter);
    beneath.collateral = kWrappedCollateral;
    beneath.index_sets = BothSets();
    Emit(market, hash, std::move(beneath));
  } else {
    action.collateral = kUsdcE;
    action.index_sets = BothSets();
  }
  if (is_through) return EmitThrough(market, hash, std::move(action));
  Emit(market, hash, std::move(action));
}

}  // namespace polyhouse
