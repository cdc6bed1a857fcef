#include "flow/process/token_index.h"

#include <xxhash.h>

#include "base/number_text.h"

namespace polyhouse {
namespace {

constexpr std::size_t kFirstSlots = 1'024;

/// Position ids differ in few bits, so they are hashed.
std::uint64_t HashOf(const Uint256& id) {
  return XXH3_64bits(id.limbs.data(), sizeof(id.limbs));
}

std::string HexOf(const Uint256& number, std::size_t digits) {
  std::string text;
  for (auto limb = number.limbs.rbegin(); limb != number.limbs.rend(); ++limb) {
    text += HexText(*limb);
  }
  return "0x" + text.substr(text.size() - digits);
}

}  // namespace

std::size_t TokenIndex::Table::SlotOf(const Uint256& id) const {
  const std::size_t mask = slots.size() - 1;
  std::size_t slot = HashOf(id) & mask;
  while (slots[slot] != 0 && tokens[slots[slot] - 1].id != id) slot = (slot + 1) & mask;
  return slot;
}

void TokenIndex::Table::Grow() {
  slots.assign(slots.empty() ? kFirstSlots : 2 * slots.size(), 0);
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    slots[SlotOf(tokens[i].id)] = static_cast<std::uint32_t>(i + 1);
  }
}

void TokenIndex::Table::Put(const Token& token) {
  if (4 * (tokens.size() + 1) > 3 * slots.size()) Grow();
  std::uint32_t& slot = slots[SlotOf(token.id)];
  if (slot != 0) {
    tokens[slot - 1] = token;
    return;
  }
  tokens.push_back(token);
  slot = static_cast<std::uint32_t>(tokens.size());
}

std::uint32_t TokenIndex::LabelsOf(const std::vector<std::string>& outcomes) {
  std::string key;
  for (const std::string& outcome : outcomes) (key += outcome) += '\0';
  const auto [found, is_new] =
      label_places_.emplace(key, static_cast<std::uint32_t>(labels_.size()));
  if (is_new) labels_.push_back(outcomes);
  return found->second;
}

void TokenIndex::AddTokens(TokenSystem system,
                           const std::vector<TokenId>& ids,
                           std::uint32_t market) {
  for (std::size_t place = 0; place < ids.size(); ++place) {
    const auto id = ParseDigits256(ids[place].value());
    if (!id || id->IsZero()) continue;
    tokens_[static_cast<int>(system)].Put({*id, market, static_cast<std::uint32_t>(place)});
  }
}

void TokenIndex::Add(const Market& market) {
  MarketFacts facts;
  if (!ReadNumber(market.id.value(), facts.id)) return;
  const std::string_view condition(market.condition_id);
  if (condition.starts_with("0x")) {
    facts.condition_digits = static_cast<std::uint8_t>(condition.size() - 2);
    facts.condition = ParseHex256(condition.substr(2)).value_or(Uint256{});
  }
  facts.labels = LabelsOf(market.outcomes);
  const auto [known, is_new] =
      known_.emplace(facts.id, static_cast<std::uint32_t>(markets_.size()));
  if (is_new) {
    markets_.push_back(facts);
  } else {
    markets_[known->second] = facts;
  }
  // `tokens` of such a market are its position ids.
  if (market.protocol != "v2") {
    AddTokens(TokenSystem::kConditional, market.tokens, known->second);
  } else {
    AddTokens(TokenSystem::kPosition, market.tokens, known->second);
  }
  AddTokens(TokenSystem::kPosition, market.position_ids, known->second);
}

std::optional<TokenMarket> TokenIndex::Find(TokenSystem system, const Uint256& id) const {
  const Table& table = tokens_[static_cast<int>(system)];
  if (table.slots.empty()) return std::nullopt;
  const std::uint32_t slot = table.slots[table.SlotOf(id)];
  if (slot == 0) return std::nullopt;
  const Token& token = table.tokens[slot - 1];
  const MarketFacts& market = markets_[token.market];
  TokenMarket found{.market_id = market.id, .place = token.place};
  if (market.condition_digits > 0 && market.condition_digits <= 64) {
    found.condition_id = HexOf(market.condition, market.condition_digits);
  }
  const auto& labels = labels_[market.labels];
  if (token.place < labels.size()) found.outcome = labels[token.place];
  return found;
}

}  // namespace polyhouse
