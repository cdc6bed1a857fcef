#include "checks/trade_witness.h"

#include <algorithm>
#include <map>

#include "base/split.h"
#include "base/url.h"
#include "flow/response_class.h"

namespace polyhouse {
namespace {

constexpr std::size_t kMostPages = 5;
constexpr std::string_view kPageLimit = "1000";

/// The trades of one transaction in one token, in one direction: a transaction may hold several
/// that are the same.
struct Traded {
  std::uint64_t count = 0;
  std::int64_t size = 0;  ///< Millionths.
  std::uint64_t time = 0;

  bool IsSame(const Traded& other) const { return count == other.count && size == other.size; }
};
using TradedBy = std::map<std::string, Traded>;

TradedBy Sum(const std::vector<WitnessTrade>& trades, const TradeWindow& window) {
  TradedBy sums;
  for (const WitnessTrade& trade : trades) {
    if (trade.time < window.from || trade.time > window.until) continue;
    Traded& sum = sums[trade.transaction_hash + " " + trade.side + " of " + trade.token_id.value()];
    ++sum.count;
    sum.size += trade.size.count;
    sum.time = trade.time;
  }
  return sums;
}

std::string Described(const Traded& traded) {
  return std::to_string(traded.count) + " of " + ToText(Micros{traded.size});
}

}  // namespace

Result<TradePage> TradeListing::Fetch(const std::string& condition_id,
                                      const std::string& cursor,
                                      std::stop_token stop) {
  std::string url = base_url_ + "/v2/trades";
  AppendUrlParameter(url, "condition", condition_id);
  AppendUrlParameter(url, "taker_only", "true");
  AppendUrlParameter(url, "filter_amount", "0");
  AppendUrlParameter(url, "limit", kPageLimit);
  if (!cursor.empty()) AppendUrlParameter(url, "cursor", cursor);
  auto response = http_.Send({.url = url, .timeout = request_timeout_}, std::move(stop));
  if (!response) return std::move(response).error();
  if (auto status = ClassifyResponse(*response); !status) return std::move(status).error();
  return parser_.Parse(std::move(response->body));
}

void JudgeTrades(const std::string& condition_id,
                 const std::vector<WitnessTrade>& witness,
                 const std::vector<WitnessTrade>& table,
                 const TradeWindow& window,
                 Findings& findings,
                 std::vector<std::uint64_t>& wrong_at) {
  const TradedBy said = Sum(witness, window);
  TradedBy known = Sum(table, window);
  for (const auto& [key, traded] : said) {
    const auto found = known.find(key);
    if (found == known.end()) {
      findings.AddWrong(
          {std::string(kMissingTradeFound),
           condition_id,
           "the Data API has " + key + " (" + Described(traded) + "), and trades has not",
           "data-api"});
      wrong_at.push_back(traded.time);
      continue;
    }
    if (!found->second.IsSame(traded)) {
      findings.AddWrong({std::string(kDifferentTradeFound),
                         condition_id,
                         "of " + key + " trades has " + Described(found->second) +
                             ", the Data API " + Described(traded),
                         "data-api"});
      wrong_at.push_back(traded.time);
    }
    known.erase(found);
  }
  for (const auto& [key, traded] : known) {
    findings.AddNote(
        {"not at the witness",
         condition_id,
         "trades has " + key + " (" + Described(traded) + "), and the Data API does not say so",
         "data-api"});
  }
}

Result<std::vector<TradeWitness::Market>> TradeWitness::Sample(std::uint64_t markets,
                                                               std::uint64_t seed,
                                                               const std::stop_token& stop) {
  const auto answer =
      polyhouse::Ask(tables_,
                     "SELECT condition_id, arrayStringConcat(groupUniqArray(token_id), ',') FROM "
                     "trades WHERE is_taker_leg AND condition_id != '' GROUP BY condition_id ORDER "
                     "BY cityHash64(condition_id, " +
                         std::to_string(seed) + ") LIMIT " + std::to_string(markets),
                     stop);
  if (!answer) return answer.error();
  std::vector<Market> sample;
  for (const auto& row : *answer) sample.push_back({row[0], Split(row[1], ',')});
  return sample;
}

Result<std::pair<std::vector<WitnessTrade>, bool>> TradeWitness::Ask(const Market& market,
                                                                     const std::stop_token& stop) {
  std::vector<WitnessTrade> trades;
  std::string cursor;
  for (std::size_t page = 0; page < kMostPages; ++page) {
    auto fetched =
        retrier_.Do([&] { return listing_.Fetch(market.condition_id, cursor, stop); }, stop);
    if (!fetched) return std::move(fetched).error();
    std::move(fetched->rows.begin(), fetched->rows.end(), std::back_inserter(trades));
    const bool goes_round = fetched->next_cursor == cursor;
    cursor = std::move(fetched->next_cursor);
    if (cursor.empty() || goes_round) break;
  }
  return std::pair(std::move(trades), !cursor.empty());
}

Result<std::vector<WitnessTrade>> TradeWitness::InTable(const Market& market,
                                                        const TradeWindow& window,
                                                        const std::stop_token& stop) {
  const auto answer = polyhouse::Ask(
      tables_,
      "SELECT transactionHash, token_id, maker_direction, token_amount, toUnixTimestamp(timestamp) "
      "FROM trades_current WHERE (is_taker_leg OR match_type = 'direct') AND token_id IN " +
          QuotedList(market.tokens) + " AND timestamp BETWEEN toDateTime64(" +
          std::to_string(window.from) + ", 3) AND toDateTime64(" + std::to_string(window.until) +
          ", 3)",
      stop);
  if (!answer) return answer.error();
  std::vector<WitnessTrade> trades;
  for (const auto& row : *answer) {
    trades.push_back({.transaction_hash = row[0],
                      .token_id = TokenId(row[1]),
                      .side = row[2],
                      .size = ParseMicros(row[3]).value_or(Micros{}),
                      .time = NumberIn(row[4])});
  }
  return trades;
}

/// From the last block before a second to the first one after it.
Result<std::vector<BlockRange>> TradeWitness::BlocksAt(const std::vector<std::uint64_t>& seconds,
                                                       const std::stop_token& stop) {
  std::vector<BlockRange> ranges;
  for (const std::uint64_t second : seconds) {
    const std::string time = "toDateTime64(" + std::to_string(second) + ", 3)";
    const auto answer = polyhouse::Ask(tables_,
                                       "SELECT maxIf(block_number, block_time < " + time +
                                           "), minIf(block_number, block_time > " + time +
                                           ") FROM order_fills WHERE block_time BETWEEN " + time +
                                           " - 3600 AND " + time + " + 3600",
                                       stop);
    if (!answer) return answer.error();
    const BlockRange range{NumberIn(answer->front()[0]), NumberIn(answer->front()[1])};
    if (range.from > 0 && range.to >= range.from) ranges.push_back(range);
  }
  return ranges;
}

Status TradeWitness::Compare(std::uint64_t markets,
                             std::uint64_t seed,
                             Findings& findings,
                             std::vector<BlockRange>& again,
                             std::stop_token stop) {
  const auto bounds = polyhouse::Ask(
      tables_,
      "SELECT toUnixTimestamp(min(block_time)), toUnixTimestamp(max(block_time)) FROM order_fills",
      stop);
  if (!bounds) return bounds.error();
  const auto sample = Sample(markets, seed, stop);
  if (!sample) return sample.error();
  std::vector<std::uint64_t> wrong_at;
  std::uint64_t compared = 0;
  for (const Market& market : *sample) {
    const auto said = Ask(market, stop);
    if (!said) return said.error();
    const auto& [witness, has_older] = *said;
    if (witness.empty()) {
      findings.AddNote({"not at the witness",
                        market.condition_id,
                        "the Data API knows no trades of this market",
                        "data-api"});
      continue;
    }
    TradeWindow window{NumberIn(bounds->front()[0]),
                       std::min(NumberIn(bounds->front()[1]), witness.front().time)};
    if (has_older) window.from = std::max(window.from, witness.back().time + 1);
    const auto known = InTable(market, window, stop);
    if (!known) return known.error();
    compared += known->size();
    JudgeTrades(market.condition_id, witness, *known, window, findings, wrong_at);
  }
  findings.SetFact("markets compared", sample->size());
  findings.SetFact("trades compared", compared);
  const auto blocks = BlocksAt(wrong_at, stop);
  if (!blocks) return blocks.error();
  again.insert(again.end(), blocks->begin(), blocks->end());
  return Ok();
}

}  // namespace polyhouse
