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

std::uint64_t HashOf(std::uint64_t market_id) {
  return XXH3_64bits(&market_id, sizeof(market_id));
}

std::string HexOf(const Uint256& number, std::size_t digits) {
  std::string text;
  for (auto limb = number.limbs.rbegin(); limb != number.limbs.rend(); ++limb) {
    text += HexText(*limb);
  }
  return "0x" + text.substr(text.size() - digits);
}

}  // namespace

template <class IsIt>
std::size_t TokenIndex::Places::SlotOf(std::uint64_t hash, IsIt is_it) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = hash & mask;
  while (slots_[slot] != 0 && !is_it(slots_[slot] - 1)) slot = (slot + 1) & mask;
  return slot;
}

template <class IsIt>
std::uint32_t& TokenIndex::Places::At(std::uint64_t hash, IsIt is_it) {
  return slots_[SlotOf(hash, is_it)];
}

template <class IsIt>
std::uint32_t TokenIndex::Places::Find(std::uint64_t hash, IsIt is_it) const {
  return slots_.empty() ? 0 : slots_[SlotOf(hash, is_it)];
}

template <class HashAt>
void TokenIndex::Places::MakeRoom(std::size_t size, HashAt hash_at) {
  if (4 * (size + 1) <= 3 * slots_.size()) return;
  slots_.assign(slots_.empty() ? kFirstSlots : 2 * slots_.size(), 0);
  for (std::uint32_t place = 0; place < size; ++place) {
    At(hash_at(place), [](std::uint32_t) { return false; }) = place + 1;
  }
}

void TokenIndex::Table::Put(const Token& token) {
  places.MakeRoom(tokens.size(), [&](std::uint32_t place) { return HashOf(tokens[place].id); });
  std::uint32_t& known = places.At(
      HashOf(token.id), [&](std::uint32_t place) { return tokens[place].id == token.id; });
  if (known != 0) {
    tokens[known - 1] = token;
    return;
  }
  tokens.push_back(token);
  known = static_cast<std::uint32_t>(tokens.size());
}

std::uint32_t TokenIndex::PlaceOf(const MarketFacts& facts) {
  const auto hash_at = [&](std::uint32_t place) { return HashOf(markets_[place].id); };
  market_places_.MakeRoom(markets_.size(), hash_at);
  std::uint32_t& known = market_places_.At(
      HashOf(facts.id), [&](std::uint32_t place) { return markets_[place].id == facts.id; });
  if (known == 0) {
    markets_.push_back(facts);
    known = static_cast<std::uint32_t>(markets_.size());
  }
  return known - 1;
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
  const std::uint32_t place = PlaceOf(facts);
  markets_[place] = facts;
  // `tokens` of such a market are its position ids.
  AddTokens(market.protocol == "v2" ? TokenSystem::kPosition : TokenSystem::kConditional,
            market.tokens,
            place);
  AddTokens(TokenSystem::kPosition, market.position_ids, place);
}

std::optional<TokenMarket> TokenIndex::Find(TokenSystem system, const Uint256& id) const {
  const Table& table = tokens_[static_cast<int>(system)];
  const std::uint32_t known = table.places.Find(
      HashOf(id), [&](std::uint32_t place) { return table.tokens[place].id == id; });
  if (known == 0) return std::nullopt;
  const Token& token = table.tokens[known - 1];
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
