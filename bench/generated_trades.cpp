#include "generated_trades.h"

#include <algorithm>
#include <string>
#include <string_view>

namespace polyhouse {
namespace {

constexpr std::size_t kTradesAtOnce = 1'000'000;

/// Markets of two tokens; "market-0" is the one that most trade.
constexpr std::string_view kMarkets =
    "INSERT INTO markets (id, question, market_slug, outcomes, tokens, event_id, version) SELECT "
    "toString(number), concat('Will it be ', toString(number), '?'), concat('market-', "
    "toString(number)), ['Yes', 'No'], [toString(number * 2 + 1000000000), toString(number * 2 + "
    "1000000001)], toString(intDiv(number, 4)), 1 FROM numbers(20000)";

/// A month of matches, each of a maker and a taker: few markets have most of them, and few wallets.
std::string Trades(std::size_t first, std::size_t count, std::size_t all) {
  return "INSERT INTO trades (timestamp, market_id, maker, taker, nonusdc_side, maker_direction, "
         "taker_direction, price, usd_amount, token_amount, transactionHash, log_index, token_id, "
         "outcome, fee, fee_asset, generation, is_taker_leg, match_type, block_number, version) "
         "WITH intDiv(number, 2) AS match, toUInt64(20000 * pow(cityHash64(match) / pow(2, 64), "
         "4)) AS market, cityHash64(match, 1) % 2 AS side, number % 2 = 1 AS leg, concat('0x', "
         "leftPad(hex(toUInt64(200000 * pow(cityHash64(number, 2) / pow(2, 64), 3))), 40, '0')) AS "
         "wallet SELECT now64(3) - INTERVAL intDiv((" +
         std::to_string(all) + " - number) * 2592000, " + std::to_string(all) +
         ") SECOND, toString(market), wallet, if(leg, "
         "'0x4bfb41d5b3570defd03c39a9a4d8de6bd8b8982e', '0x00000000000000000000000000000000000000"
         "aa'), if(side = 0, 'token1', 'token2'), if(leg, 'SELL', 'BUY'), if(leg, 'BUY', 'SELL'), "
         "(1 + cityHash64(match, 3) % 99) / 100, (cityHash64(match, 4) % 1000000000) / 1000000, "
         "(cityHash64(match, 5) % 1000000000) / 1000000, concat('0x', "
         "lower(hex(sipHash128(match))),"
         " lower(hex(sipHash128(match, 1)))), number % 2, toString(market * 2 + side + "
         "1000000000), if(side = 0, 'Yes', 'No'), if(leg, 0.01, 0), 'collateral', 'v2', leg, "
         "if(leg, 'taker', 'complementary'), 80000000 + intDiv(match, 20), 1 FROM numbers(" +
         std::to_string(first) + ", " + std::to_string(count) + ")";
}

}  // namespace

void FillTrades(EngineTables& tables, std::size_t trades) {
  tables.Execute(std::string(kMarkets));
  for (std::size_t first = 0; first < trades; first += kTradesAtOnce) {
    tables.Execute(Trades(first, std::min(kTradesAtOnce, trades - first), trades));
  }
}

}  // namespace polyhouse
