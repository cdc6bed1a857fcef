#include "answers/questions.h"

#include <algorithm>
#include <array>
#include <optional>

#include "checks/table_answer.h"

namespace polyhouse {
namespace {

constexpr auto kAll = QuestionSubject::kAll;
constexpr auto kMarket = QuestionSubject::kMarket;
constexpr auto kWallet = QuestionSubject::kWallet;

/// A wallet has two profits, and which of them counts depends on what was read.
constexpr std::string_view kByTrades =
    "profit is by trades alone here, as on the leaderboard; polyhouse ask holdings counts splits, "
    "merges, conversions and redemptions too, and is the one that counts where these are read "
    "(docs/actions.md).";
constexpr std::string_view kByActions =
    "profit is by trades and actions here, and the one that counts where both are read from the "
    "wallet's beginning; polyhouse ask wallet has it by trades alone, as the leaderboard does "
    "(docs/actions.md).";

constexpr auto kQuestions = std::to_array<Question>({
    {"market",
     kMarket,
     "Volume, traders and price of a market",
     "",
     "SELECT question, closed, winner, last_price, best_bid, best_ask, usd AS volume_usd, usd_24h "
     "AS "
     "volume_24h_usd, contracts AS volume_shares, matches, traders, net_minted_on_exchange, "
     "first_trade, "
     "last_trade\n"
     "FROM market_page(market = {market})"},
    {"price",
     kMarket,
     "A market's price, day by day, of its first outcome",
     "30d",
     "SELECT toDate(timestamp) AS day, argMin(p0, (timestamp, block_number, log_index)) AS open, "
     "max(p0) AS high, min(p0) AS low, argMax(p0, (timestamp, block_number, log_index)) AS close, "
     "sum(taker_usd) AS volume_usd, count() AS trades\n"
     "FROM trade_legs\n"
     "WHERE token_id IN (SELECT arrayJoin(arrayConcat(tokens, position_ids)) FROM markets_current "
     "WHERE id = {market}) AND p0 IS NOT NULL AND shares >= 0.01 AND timestamp >= "
     "toStartOfDay(toDateTime({since}, 'UTC'))\n"
     "GROUP BY day\nORDER BY day DESC\nLIMIT {limit}"},
    {"trades",
     kMarket,
     "A market's last trades",
     "",
     "SELECT timestamp, outcome, maker AS wallet, maker_direction AS direction, price, usd_amount "
     "AS usd, "
     "token_amount AS shares\n"
     "FROM trades_current\n"
     "WHERE token_id IN (SELECT arrayJoin(arrayConcat(tokens, position_ids)) FROM markets_current "
     "WHERE id = {market})\n"
     "ORDER BY timestamp DESC, block_number DESC, log_index DESC\nLIMIT {limit}"},
    {"holders",
     kMarket,
     "Who holds a market's tokens, by what was traded",
     "",
     "SELECT wallet, outcome, shares, cash, average_cost AS average_price, realised AS "
     "realised_profit_usd\nFROM wallet_positions\n"
     "WHERE token_id IN (SELECT arrayJoin(arrayConcat(tokens, position_ids)) FROM markets_current "
     "WHERE id = {market})\n"
     "ORDER BY shares DESC, wallet\nLIMIT {limit}"},
    {"wallet",
     kWallet,
     "Volume and profit of a wallet, by its trades",
     "",
     "SELECT sum(usd) AS volume_usd, sum(fills) AS trades, uniqExact(market_id) AS markets, "
     "sumIf(pnl, settled) AS settled_profit_usd, sumIf(pnl, NOT settled) AS open_profit_usd, "
     "min(first_trade) AS "
     "first_trade, max(last_trade) AS last_trade\n"
     "FROM wallet_page(wallet = {wallet})\nHAVING trades > 0",
     false,
     kByTrades},
    {"positions",
     kWallet,
     "What a wallet holds by its trades, and what that is worth",
     "",
     "SELECT question, outcome, shares, cash, mark AS price, settled, pnl AS profit_usd, "
     "last_trade\n"
     "FROM wallet_page(wallet = {wallet})\nORDER BY last_trade DESC, question\nLIMIT {limit}",
     false,
     kByTrades},
    {"activity",
     kWallet,
     "A wallet's last trades",
     "",
     "SELECT timestamp, question, outcome, maker_direction AS direction, price, usd_amount AS usd, "
     "token_amount AS shares\n"
     "FROM trades_with_markets\nWHERE maker = {wallet}\n"
     "ORDER BY timestamp DESC, log_index DESC\nLIMIT {limit}"},
    {"holdings",
     kWallet,
     "What a wallet holds and has made, with splits, conversions and redemptions",
     "",
     "SELECT question, outcome, shares, cash, mark AS price, settled, profit AS profit_usd, "
     "actions\n"
     "FROM wallet_profit(wallet = {wallet})\n"
     "ORDER BY settled, shares * mark DESC, question, outcome\nLIMIT {limit}",
     true,
     kByActions},
    {"moves",
     kWallet,
     "A wallet's last splits, merges, conversions and redemptions",
     "",
     "SELECT moved.timestamp AS timestamp, moved.action AS action, k.question AS question, "
     "m.outcome AS outcome, if(moved.ends, NULL, moved.d_shares) AS shares, moved.d_usd AS usd\n"
     "FROM wallet_moves(wallet = {wallet}) AS moved\n"
     "INNER JOIN market_tokens_current AS m ON moved.token_id = m.token_id\n"
     "INNER JOIN markets_current AS k ON moved.market_id = k.id\n"
     "ORDER BY moved.block_number DESC, moved.log_index DESC, outcome\nLIMIT {limit}",
     true},
    {"leaderboard",
     kAll,
     "Wallets by profit with markets that closed, and their volume",
     "7d",
     "SELECT wallet, profit AS profit_usd, volume_usd, volume_shares, trades\n"
     "FROM leaderboard(since = {since})\nORDER BY profit DESC, volume_usd DESC, wallet\nLIMIT "
     "{limit}"},
    {"traders",
     kAll,
     "Wallets by volume",
     "7d",
     "SELECT wallet, sum(usd) AS volume_usd, sum(shares) AS volume_shares, sum(fills) AS trades\n"
     "FROM wallet_days\nWHERE day >= toDate(toDateTime({since}, 'UTC'))\n"
     "GROUP BY wallet\nORDER BY volume_usd DESC, wallet\nLIMIT {limit}"},
    {"markets",
     kAll,
     "Markets by volume",
     "24h",
     "SELECT any(k.question) AS question, sum(h.usd) AS volume_usd, sum(h.shares) AS "
     "volume_shares, "
     "sum(h.matches) AS matches\n"
     "FROM token_hours AS h\n"
     "INNER JOIN market_tokens_current AS m ON h.token_id = m.token_id\n"
     "INNER JOIN markets_current AS k ON m.market_id = k.id\n"
     "WHERE h.hour >= toDateTime({since}, 'UTC')\n"
     "GROUP BY m.market_id\nORDER BY volume_usd DESC\nLIMIT {limit}"},
    {"volume",
     kAll,
     "Volume by day, each match once",
     "30d",
     "SELECT toDate(hour) AS day, sum(usd) AS volume_usd, sum(shares) AS volume_shares, "
     "sum(matches) "
     "AS matches\nFROM token_hours\nWHERE hour >= toStartOfDay(toDateTime({since}, 'UTC'))\n"
     "GROUP BY day\nORDER BY day DESC\nLIMIT {limit}"},
    {"movers",
     kAll,
     "Markets whose price moved most, in points, within a day",
     "",
     "SELECT k.question AS question, v.was AS price_before, v.p AS price_now, v.move AS "
     "move_price, v.usd AS volume_usd\n"
     "FROM movers(until = now('UTC'), hours = 24) AS v\n"
     "INNER JOIN markets_current AS k ON v.market_id = k.id\n"
     "WHERE NOT k.closed\nORDER BY abs(move_price) DESC, volume_usd DESC\nLIMIT {limit}"},
    {"whales",
     kAll,
     "The largest orders by what was filled of them",
     "24h",
     "SELECT o.wallet AS wallet, k.question AS question, o.outcome AS outcome, o.direction AS "
     "direction, o.order_usd AS order_usd, o.order_shares AS shares, o.last_fill AS last_trade\n"
     "FROM\n(\n    SELECT wallet, any(market_id) AS market_id, any(outcome) AS outcome, direction, "
     "sum(usd) AS order_usd, sum(shares) AS order_shares, max(timestamp) AS last_fill\n    FROM "
     "wallet_trades\n    WHERE order_hash != '' AND timestamp >= {since}\n    GROUP BY order_hash, "
     "wallet, token_id, direction\n    ORDER BY order_usd DESC, order_hash\n    LIMIT {limit}\n) "
     "AS "
     "o\nLEFT JOIN markets_current AS k ON o.market_id = k.id\nORDER BY order_usd DESC, wallet"},
    {"wallets",
     kAll,
     "New and returning wallets by day",
     "30d",
     "SELECT day, new, returning, first_day\nFROM wallets_daily\n"
     "WHERE day >= toDate(toDateTime({since}, 'UTC'))\nORDER BY day DESC\nLIMIT {limit}"},
    {"fees",
     kAll,
     "Fees by day, in dollars",
     "30d",
     "SELECT day, generation, fees_usd, trades_with_fee\nFROM fees_daily\n"
     "WHERE day >= toDate(toDateTime({since}, 'UTC'))\nORDER BY day DESC, generation\nLIMIT "
     "{limit}"},
    {"makers",
     kAll,
     "Wallets whose orders rest in the book",
     "",
     "SELECT wallet, contracts AS volume_shares, maker_share, share_of_liquidity AS "
     "liquidity_share, tokens\nFROM maker_share\nORDER BY liquidity_share DESC, wallet\nLIMIT "
     "{limit}"},
    {"concentration",
     kAll,
     "How much of the volume the busiest wallets trade",
     "",
     "SELECT wallets, usd AS volume_usd, top1 AS top1_share, top10 AS top10_share, top100 AS "
     "top100_share, hhi, gini\nFROM concentration"},
    {"tags",
     kAll,
     "Volume by tag; a market counts for each of its tags",
     "",
     "SELECT tag, usd AS volume_usd, share AS volume_share, markets\nFROM tag_stats\n"
     "ORDER BY volume_usd DESC, tag\nLIMIT {limit}"},
    {"categories",
     kAll,
     "Volume by one category for each market",
     "",
     "SELECT category, usd AS volume_usd, share AS volume_share\nFROM category_volume\n"
     "ORDER BY volume_usd DESC"},
    {"calibration",
     kAll,
     "How often what was priced so a day before its end has happened",
     "",
     "SELECT bin AS bin_price, markets, forecast AS forecast_price, happened AS happened_share, "
     "brier\nFROM calibration(hours = 24)\nORDER BY bin"},
    {"upsets",
     kAll,
     "Winners that were cheapest a day before their end",
     "",
     "SELECT k.question AS question, k.winner AS winner, u.winner_price AS winner_price, "
     "u.age_hours AS age_hours\n"
     "FROM upsets(hours = 24) AS u\nINNER JOIN markets_current AS k ON u.market_id = k.id\n"
     "ORDER BY winner_price, question\nLIMIT {limit}"},
    {"arbitrage",
     kAll,
     "Events of which all yes together last cost less than a dollar",
     "",
     "SELECT e.title AS event, a.legs AS markets, a.buy_all_yes AS sum_price, a.oldest AS "
     "oldest_trade\n"
     "FROM event_arbitrage AS a\n"
     "INNER JOIN polymarket_events_current AS e ON a.event_id = e.id\n"
     "WHERE a.buy_all_yes < 1\nORDER BY a.buy_all_yes, event\nLIMIT {limit}"},
    {"pairs",
     kAll,
     "Wallets that trade with each other; high values are no proof",
     "",
     "SELECT wallet_a, wallet_b, traded AS volume_shares, round_trip AS round_trip_share, "
     "closed_share\n"
     "FROM trading_pairs\nWHERE traded >= 100\nORDER BY closed_share * round_trip DESC, "
     "volume_shares DESC\nLIMIT {limit}"},
    {"resolution",
     kAll,
     "How long markets live, and how late they are settled",
     "",
     "SELECT markets, life_days AS median_life_days, delay_hours AS median_delay_hours, "
     "delay_hours_10 AS soonest_tenth_delay_hours, delay_hours_90 AS latest_tenth_delay_hours, "
     "if(markets = 0, NULL, early) AS early_share, past_end_and_open\nFROM resolution_times"},
    {"disputes",
     kAll,
     "Settled markets that were seen disputed",
     "",
     "SELECT settled AS settled_markets, disputed AS disputed_markets, if(settled = 0, NULL, rate) "
     "AS disputed_share, pending AS pending_disputes\nFROM disputes"},
    {"payouts",
     kAll,
     "What markets have paid, as the chain has it, the last first",
     "7d",
     "SELECT settled.resolved_at AS resolved_at, k.question AS question, k.outcomes AS outcomes, "
     "settled.payouts AS payouts\n"
     "FROM resolutions_current AS settled\n"
     "INNER JOIN markets_current AS k ON settled.condition_id = k.condition_id\n"
     "WHERE settled.resolved_at >= {since}\nORDER BY resolved_at DESC, question\nLIMIT {limit}",
     true},
    {"locked",
     kAll,
     "Dollars that lie in markets, and where they came from",
     "",
     "SELECT k.question AS question, l.locked_usd AS locked_usd, l.split_usd AS split_usd, "
     "l.merged_usd AS merged_usd, l.redeemed_usd AS redeemed_usd\n"
     "FROM locked_collateral AS l\n"
     "INNER JOIN markets_current AS k ON l.market_id = k.id\n"
     "ORDER BY l.locked_usd DESC, question\nLIMIT {limit}",
     true},
});

/// The value of a place such as "{market}"; nothing: it is none.
std::optional<std::string> ValueOf(std::string_view place, const QuestionFacts& facts) {
  if (place == "{market}") return Quoted(facts.market);
  if (place == "{wallet}") return Quoted(facts.wallet);
  if (place == "{since}") return Quoted(facts.since);
  if (place == "{limit}") return std::to_string(facts.limit);
  return {};
}

}  // namespace

std::span<const Question> Questions() {
  return kQuestions;
}

const Question* FindQuestion(std::string_view name) {
  const auto found = std::find_if(kQuestions.begin(), kQuestions.end(), [&](const Question& each) {
    return each.name == name;
  });
  return found == kQuestions.end() ? nullptr : &*found;
}

std::string SqlOf(const Question& question, const QuestionFacts& facts) {
  std::string sql;
  for (std::string_view rest = question.sql; !rest.empty();) {
    const auto open = std::min(rest.find('{'), rest.size());
    sql += rest.substr(0, open);
    rest.remove_prefix(open);
    if (rest.empty()) break;
    const auto place = rest.substr(0, rest.find('}') + 1);
    sql += ValueOf(place, facts).value_or(std::string(place));
    rest.remove_prefix(place.size());
  }
  return sql;
}

}  // namespace polyhouse
