#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "domain/market.h"
#include "domain/uint256.h"

namespace polyhouse {

/// The market of a token, and which of its outcomes the token stands for.
struct TokenMarket {
  std::uint64_t market_id = 0;
  std::string condition_id;
  std::string_view outcome;  ///< The label; valid until the next Add.
  std::uint32_t place = 0;   ///< The first is 0.
};

/// Which system of the chain a token belongs to: the ids of both are 256 bits, and only the
/// contract that emits a log tells them apart
/// (docs.polymarket.com/resources/onchain-position-data).
enum class TokenSystem {
  kConditional,  ///< ConditionalTokens: what V1 and V2 exchanges trade.
  kPosition,     ///< PositionManager: what ExchangeV3 trades.
};

/// The market of each token, in memory: 46 bytes a token and 56 a market.
/// Not thread-safe.
class TokenIndex {
 public:
  /// Of this market `id`, `condition_id`, `outcomes`, `tokens`, `position_ids` and `protocol` are
  /// used. A token that is known already belongs to the newer market from now on.
  void Add(const Market& market);
  std::optional<TokenMarket> Find(TokenSystem system, const Uint256& token) const;
  std::size_t size() const { return tokens_[0].tokens.size() + tokens_[1].tokens.size(); }

 private:
  struct Token {
    Uint256 id;
    std::uint32_t market = 0;
    std::uint32_t place = 0;
  };
  /// A hash table of places in a list, which holds the keys: 4 to 11 bytes an element.
  class Places {
   public:
    /// The place plus one of the element of this hash for which `is_it(place)`, or zero.
    template <class IsIt>
    std::uint32_t& At(std::uint64_t hash, IsIt is_it);
    template <class IsIt>
    std::uint32_t Find(std::uint64_t hash, IsIt is_it) const;
    /// To be called before one more element is put beside `size`.
    template <class HashAt>
    void MakeRoom(std::size_t size, HashAt hash_at);

   private:
    template <class IsIt>
    std::size_t SlotOf(std::uint64_t hash, IsIt is_it) const;

    std::vector<std::uint32_t> slots_;  ///< Place plus one; 0 is empty. A power of two, or none.
  };
  struct Table {
    std::deque<Token> tokens;
    Places places;

    void Put(const Token& token);
  };
  struct MarketFacts {
    std::uint64_t id = 0;
    Uint256 condition;
    std::uint32_t labels = 0;           ///< Place in `labels_`.
    std::uint8_t condition_digits = 0;  ///< 64, or 62 of Protocol V2.
  };

  void AddTokens(TokenSystem system, const std::vector<TokenId>& ids, std::uint32_t market);
  std::uint32_t LabelsOf(const std::vector<std::string>& outcomes);
  /// The place of the market in `markets_`, whether it was known or not.
  std::uint32_t PlaceOf(const MarketFacts& facts);

  Table tokens_[2];
  std::deque<MarketFacts> markets_;
  Places market_places_;                         ///< By id.
  std::deque<std::vector<std::string>> labels_;  ///< Each list once.
  std::unordered_map<std::string, std::uint32_t> label_places_;
};

}  // namespace polyhouse
