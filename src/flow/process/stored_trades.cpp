#include "flow/process/stored_trades.h"

#include "codec/record_type.h"
#include "flow/process/processor.h"
#include "flow/process/table_rows.h"

namespace polyhouse {
namespace {

constexpr std::size_t kPageRows = 10'000;

std::string Quoted(std::string_view text) {
  return "'" + std::string(text) + "'";
}

}  // namespace

Status StoredTrades::Begin(std::vector<TradedToken> tokens) {
  const auto upto = admin_.LastId(StreamName(std::string(Trade::kStream)));
  if (!upto) return upto.error();
  round_ = Round{.tokens = std::move(tokens), .upto = *upto};
  return Ok();
}

Result<bool> StoredTrades::IsStored() {
  const auto last = admin_.LastId(StreamName(std::string(Trade::kStream)));
  if (!last) return last.error();
  if (*last < round_->upto) return true;  // The stream was lost: nothing can be waited for.
  return HaveStored(admin_, TradeRecords(), round_->upto);
}

/// Hashes and digits need no escape.
std::string StoredTrades::Query() const {
  std::string tokens;
  for (const TradedToken& token : round_->tokens) {
    tokens.append(tokens.empty() ? "" : ",").append(Quoted(ToDigits(token.id)));
  }
  std::string query =
      "SELECT * FROM " + TradeRecords().view + " WHERE token_id IN (" + tokens + ")";
  if (const auto& after = round_->after) {
    const auto ms = after->timestamp.time_since_epoch().count();
    query += " AND (token_id, timestamp, transactionHash, log_index) > (" +
             Quoted(after->token_id.value()) + ", fromUnixTimestamp64Milli(" + std::to_string(ms) +
             ", 'UTC'), " + Quoted(after->transaction_hash) + ", " +
             std::to_string(after->log_index) + ")";
  }
  return query +
         " AND market_id = '' ORDER BY token_id, timestamp, transactionHash, log_index LIMIT " +
         std::to_string(kPageRows) + std::string(kAsEntries);
}

Result<std::optional<std::vector<Trade>>> StoredTrades::Next(const std::stop_token& stop) {
  if (!round_->is_stored) {
    const auto stored = IsStored();
    if (!stored) return stored.error();
    if (!*stored) return std::nullopt;
    round_->is_stored = true;
  }
  const auto answer = tables_.Fetch(Query(), stop);
  if (!answer) return answer.error();
  std::vector<Trade> trades;
  Status status = Ok();
  EachTableRow(decoder_, *answer, [&](auto trade, std::string_view) {
    if (trade) {
      trades.push_back(std::move(*trade));
    } else {
      status = std::move(trade).error().WithContext("a trade in the table trades");
    }
  });
  if (!status) return std::move(status).error();
  return trades;
}

}  // namespace polyhouse
