#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "domain/trade.h"
#include "flow/process/trade_maker.h"
#include "ports/stream_writer.h"

namespace polyhouse {

/// Tokens that were traded before their market was known, kept beside the streams until it is: a
/// state map with a field for each token and processor. Their trades are in the tables. Used from
/// one thread.
class WaitingTokens {
 public:
  static constexpr std::string_view kKey = "state:trades_waiting";

  /// Of the processor with this name.
  explicit WaitingTokens(std::string consumer) : consumer_(std::move(consumer)) {}

  /// Takes over those of all processors, because one may have died. Another that lives notes its
  /// token again with the next trade that waits, and what it noted before is waited for here.
  Status Load(StreamWriter& writer);
  /// The change that notes a token, to be stored with its trades, every time: another processor may
  /// have taken it over.
  FieldChange Keep(const TradedToken& token);
  /// The change that forgets it, to be stored with what its trades became; then Forget.
  FieldChange Done(const TradedToken& token) const;
  void Forget(const TradedToken& token) { tokens_.erase({token.system, token.id}); }
  /// At most `most` of those whose market `index` knows.
  std::vector<TradedToken> KnownTo(const TokenIndex& index, std::size_t most) const;

  bool empty() const { return tokens_.empty(); }

 private:
  std::string FieldOf(const TradedToken& token) const;

  std::string consumer_;
  std::set<std::pair<TokenSystem, Uint256>> tokens_;
};

}  // namespace polyhouse
