#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/trade.h"
#include "flow/process/trade_maker.h"
#include "ports/stream_writer.h"

namespace polyhouse {

/// Trades whose market was not known when they were made, kept beside the streams until it is: a
/// state map with a field for each token and entry. Used from one thread.
class WaitingTrades {
 public:
  static constexpr std::string_view kKey = "state:trades_waiting";

  /// Those of every processor, also of one that died.
  Status Load(StreamWriter& writer);
  /// The change that keeps these trades, the rows of one entry, one a line.
  FieldChange Keep(const TradedToken& token, const std::string& entry, std::string rows);
  /// A kept group of trades whose token `index` knows, completed; empty when there is none. It is
  /// the caller's to store with `done`, and to Forget then.
  struct Completed {
    std::string field;
    std::vector<Trade> trades;
    FieldChange done;
  };
  std::vector<Completed> Complete(const TokenIndex& index, std::size_t most) const;
  void Forget(const std::string& field) { fields_.erase(field); }

  bool empty() const { return fields_.empty(); }
  std::size_t size() const { return fields_.size(); }

 private:
  std::map<std::string, std::string> fields_;
};

}  // namespace polyhouse
