-- What the views that answer must say of planned markets and their wallets: truth.input has what the simulator's plan comes to, in millionths of a share and of a dollar. Each view here stands beside what is stored of it, in the same units and rounded to them where it computes in doubles.
CREATE OR REPLACE TABLE truth.answers ENGINE = MergeTree ORDER BY kind AS
SELECT * FROM truth.input;

CREATE OR REPLACE VIEW truth.market_stats AS
SELECT market_id, usd, contracts, usd AS usd_as_polymarket, matches AS legs, matches, traders, last_price, fees, first_trade, last_trade
FROM truth.answers
WHERE kind = 'market' AND rounds > 0;

CREATE OR REPLACE VIEW truth.stored_market_stats AS
SELECT
    market_id,
    toInt64(usd * 1000000) AS usd,
    toInt64(contracts * 1000000) AS contracts,
    toInt64(usd_as_polymarket * 1000000) AS usd_as_polymarket,
    toInt64(legs) AS legs,
    toInt64(matches) AS matches,
    toInt64(traders) AS traders,
    toInt64(round(last_price * 1000000)) AS last_price,
    toInt64(fees_usd * 1000000) AS fees,
    toInt64(toUnixTimestamp(first_trade)) AS first_trade,
    toInt64(toUnixTimestamp(last_trade)) AS last_trade
FROM polymarket.market_stats
WHERE market_id IN (SELECT market_id FROM truth.answers WHERE kind = 'market');

CREATE OR REPLACE VIEW truth.market_volume_daily AS
SELECT market_id, toDate(day) AS day, matches, usd
FROM truth.answers
WHERE kind = 'day';

CREATE OR REPLACE VIEW truth.stored_market_volume_daily AS
SELECT market_id, day, toInt64(matches) AS matches, toInt64(usd_volume * 1000000) AS usd
FROM polymarket.market_volume_daily
WHERE market_id IN (SELECT market_id FROM truth.answers WHERE kind = 'market');

CREATE OR REPLACE VIEW truth.open_interest AS
SELECT market_id, minted, merged, minted - merged AS net_minted_on_exchange
FROM truth.answers
WHERE kind = 'market' AND rounds > 0;

CREATE OR REPLACE VIEW truth.stored_open_interest AS
SELECT market_id, toInt64(minted * 1000000) AS minted, toInt64(merged * 1000000) AS merged, toInt64(net_minted_on_exchange * 1000000) AS net_minted_on_exchange
FROM polymarket.open_interest
WHERE market_id IN (SELECT market_id FROM truth.answers WHERE kind = 'market');

CREATE OR REPLACE VIEW truth.wallet_positions AS
SELECT wallet, market_id, token_id, shares, cash, held, average_cost, realised
FROM truth.answers
WHERE kind = 'position' AND rounds > 0;

CREATE OR REPLACE VIEW truth.stored_wallet_positions AS
SELECT
    wallet, market_id, token_id,
    toInt64(shares * 1000000) AS shares,
    toInt64(cash * 1000000) AS cash,
    toInt64(round(held * 1000000)) AS held,
    toInt64(round(average_cost * 1000000)) AS average_cost,
    toInt64(round(realised * 1000000)) AS realised
FROM polymarket.wallet_positions
WHERE wallet IN (SELECT wallet FROM truth.answers WHERE kind = 'wallet');

CREATE OR REPLACE VIEW truth.wallet_pnl AS
SELECT wallet, settled_pnl, open_pnl, settled_pnl + open_pnl AS total_pnl, markets
FROM truth.answers
WHERE kind = 'wallet' AND fills > 0;

CREATE OR REPLACE VIEW truth.stored_wallet_pnl AS
SELECT
    wallet,
    toInt64(round(settled_pnl * 1000000)) AS settled_pnl,
    toInt64(round(open_pnl * 1000000)) AS open_pnl,
    toInt64(round(total_pnl * 1000000)) AS total_pnl,
    toInt64(markets) AS markets
FROM polymarket.wallet_pnl
WHERE wallet IN (SELECT wallet FROM truth.answers WHERE kind = 'wallet');

CREATE OR REPLACE VIEW truth.leaderboard AS
SELECT wallet, usd AS volume_usd, contracts AS volume_shares, fills AS trades, settled_pnl AS profit
FROM truth.answers
WHERE kind = 'wallet' AND fills > 0;

CREATE OR REPLACE VIEW truth.stored_leaderboard AS
SELECT
    wallet,
    toInt64(volume_usd * 1000000) AS volume_usd,
    toInt64(volume_shares * 1000000) AS volume_shares,
    toInt64(trades) AS trades,
    toInt64(round(profit * 1000000)) AS profit
FROM polymarket.leaderboard(since = '1970-01-01 00:00:00')
WHERE wallet IN (SELECT wallet FROM truth.answers WHERE kind = 'wallet');

CREATE OR REPLACE VIEW truth.maker_share AS
SELECT wallet, contracts, maker_contracts, markets AS tokens, fees
FROM truth.answers
WHERE kind = 'wallet' AND fills > 0;

CREATE OR REPLACE VIEW truth.stored_maker_share AS
SELECT
    wallet,
    toInt64(contracts * 1000000) AS contracts,
    toInt64(round(made.maker_share * toFloat64(made.contracts) * 1000000)) AS maker_contracts,
    toInt64(tokens) AS tokens,
    toInt64(fees * 1000000) AS fees
FROM polymarket.maker_share AS made
INNER JOIN (SELECT wallet, sum(fees_usd) AS fees FROM polymarket.wallet_days GROUP BY wallet) AS paid USING wallet
WHERE wallet IN (SELECT wallet FROM truth.answers WHERE kind = 'wallet');
