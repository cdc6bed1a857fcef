#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "codec/entry_codec.h"
#include "domain/trade.h"
#include "flow/process/trade_maker.h"
#include "ports/stream_admin.h"
#include "ports/table_reader.h"

namespace polyhouse {

/// The trades in the tables that have no market, of some tokens: found by the table's key, page by
/// page, so that neither memory nor time depends on what else is there. Used from one thread.
class StoredTrades {
 public:
  /// Both outlive it.
  StoredTrades(TableReader& tables, StreamAdmin& admin) : tables_(tables), admin_(admin) {}

  /// Begins with these tokens; what was put into the stream of trades until now belongs to it.
  Status Begin(std::vector<TradedToken> tokens);
  bool has_begun() const { return round_.has_value(); }
  const std::vector<TradedToken>& tokens() const { return round_->tokens; }
  /// The next of them, empty when there are no more. No value at all while the writers have not
  /// stored what was in the stream at the beginning. Errors: as the tables' and the streams'.
  Result<std::optional<std::vector<Trade>>> Next(const std::stop_token& stop);
  /// Before End the page is given again by Next.
  void Passed(const Trade& last) { round_->after = last; }
  void End() { round_.reset(); }

 private:
  struct Round {
    std::vector<TradedToken> tokens;
    EntryId upto;  ///< Of the stream of trades.
    bool is_stored = false;
    std::optional<Trade> after;
  };
  Result<bool> IsStored();
  std::string Query() const;

  TableReader& tables_;
  StreamAdmin& admin_;
  EntryDecoder<Trade> decoder_;
  std::optional<Round> round_;
};

}  // namespace polyhouse
