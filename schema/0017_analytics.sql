-- What people ask of trades, with the definitions of docs/analytics.md. All of it is made of rows that stand once: nothing is summed that could come twice.

-- Which market a token belongs to, and which outcome it is: 1 is the first. sibling is the other token of a market of two outcomes, otherwise empty.
CREATE TABLE IF NOT EXISTS market_tokens
(
    token_id String CODEC(ZSTD(1)),
    market_id String,
    outcome_index UInt16,
    outcome String,
    sibling String CODEC(ZSTD(1)),
    version UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY token_id
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1;

CREATE MATERIALIZED VIEW IF NOT EXISTS market_tokens_feed TO market_tokens AS
SELECT token.1 AS token_id, id AS market_id, token.2 AS outcome_index, outcomes[token.2] AS outcome, if(length(token.3) = 2, token.3[3 - token.2], '') AS sibling, version
FROM markets
ARRAY JOIN arrayConcat(arrayMap((one, place) -> (one, toUInt16(place), tokens), tokens, arrayEnumerate(tokens)), arrayMap((one, place) -> (one, toUInt16(place), position_ids), position_ids, arrayEnumerate(position_ids))) AS token
WHERE token.1 != '';

-- What is there already. Small blocks: the built-in database may have little memory.
INSERT INTO market_tokens
SELECT token.1 AS token_id, id AS market_id, token.2 AS outcome_index, outcomes[token.2] AS outcome, if(length(token.3) = 2, token.3[3 - token.2], '') AS sibling, version
FROM markets
ARRAY JOIN arrayConcat(arrayMap((one, place) -> (one, toUInt16(place), tokens), tokens, arrayEnumerate(tokens)), arrayMap((one, place) -> (one, toUInt16(place), position_ids), position_ids, arrayEnumerate(position_ids))) AS token
WHERE token.1 != ''
SETTINGS max_threads = 1, max_block_size = 8192, min_insert_block_size_rows = 65536, min_insert_block_size_bytes = 33554432;

CREATE OR REPLACE VIEW market_tokens_current AS
SELECT {{columns of market_tokens}} FROM market_tokens FINAL;

-- Each match once, by the orders of its makers, with what its taker paid. p0 is the price of the market's first outcome, whichever was traded: NULL while the market is unknown. lifts_ask: the taker buys the first outcome, or sells the other.
CREATE OR REPLACE VIEW trade_legs AS
SELECT
    timestamp, block_number, log_index, transactionHash, market_id, token_id, outcome, maker, taker, maker_direction, match_type,
    token_amount AS shares,
    usd_amount AS maker_usd,
    if(match_type IN ('mint', 'merge'), token_amount - usd_amount, usd_amount) AS taker_usd,
    price,
    multiIf(nonusdc_side = 'token1', price, nonusdc_side = 'token2', 1 - price, NULL) AS p0,
    if(nonusdc_side IN ('token1', 'token2'), (maker_direction = 'SELL') != (nonusdc_side = 'token2'), NULL) AS lifts_ask
FROM trades_current
WHERE NOT is_taker_leg;

-- What each wallet did: one row for each fill of an order of its own, as maker or as taker. d_shares and d_usd are what it got, less fees; negative is what it gave.
CREATE OR REPLACE VIEW wallet_trades AS
SELECT
    maker AS wallet, timestamp, block_number, log_index, transactionHash, market_id, token_id, outcome,
    maker_direction AS direction, is_taker_leg, taker AS counterparty, price,
    usd_amount AS usd,
    token_amount AS shares,
    if(maker_direction = 'BUY', token_amount, -token_amount) - if(fee_asset = 'token', fee, 0) AS d_shares,
    if(maker_direction = 'BUY', -usd_amount, usd_amount) - if(fee_asset = 'collateral', fee, 0) AS d_usd,
    toFloat64(fee) * if(fee_asset = 'token', ifNull(price, 0), 1) AS fee_usd,
    order_hash
FROM trades_current;

-- The newest version of each trade, those that the chain has taken back among them: what is made of them must be made anew. of_file: a file says so, not the chain (0020).
CREATE OR REPLACE VIEW trades_latest AS
SELECT {{columns of trades}}, false AS of_file FROM trades FINAL
SETTINGS do_not_merge_across_partitions_select_final = 1;

-- What each token's trades come to in an hour. Rows with fills = 0 had fills that the chain has taken back. Prices of fewer than 0.01 shares are left out of open, high, low and close. Becoming a decimal cuts off what is beyond a millionth, so fees get half a one before.
CREATE OR REPLACE VIEW token_hours_computed AS
SELECT
    token_id,
    toStartOfHour(timestamp) AS hour,
    of_file,
    countIf(is_there) AS fills,
    countIf(is_leg) AS legs,
    countIf(is_print) AS prints,
    argMinIf(print_price, place, is_print) AS open,
    minIf(place, is_print) AS open_at,
    maxIf(print_price, is_print) AS high,
    minIf(print_price, is_print) AS low,
    argMaxIf(print_price, place, is_print) AS close,
    maxIf(place, is_print) AS close_at,
    sumIf(taker_usd, is_print) AS print_usd,
    sumIf(token_amount, is_print) AS print_shares,
    sumIf(taker_usd, is_leg) AS usd,
    sumIf(usd_amount, is_leg) AS maker_usd,
    sumIf(token_amount, is_leg) AS shares,
    sumIf(token_amount, is_leg AND match_type = 'mint') AS minted,
    sumIf(token_amount, is_leg AND match_type = 'merge') AS merged,
    countIf(is_there AND is_taker_leg) AS matches,
    sumIf(usd_amount, is_there AND is_taker_leg) AS taker_leg_usd,
    sumIf(toDecimal128(toFloat64(fee) * if(fee_asset = 'token', ifNull(price, 0), 1) + 0.0000005, 6), is_there) AS fees_usd,
    minIf(timestamp, is_there) AS first_trade,
    maxIf(timestamp, is_there) AS last_trade
FROM
(
    SELECT
        *,
        NOT removed AS is_there,
        is_there AND NOT is_taker_leg AS is_leg,
        is_leg AND token_amount >= 0.01 AND price IS NOT NULL AS is_print,
        ifNull(price, 0) AS print_price,
        (timestamp, block_number, log_index) AS place,
        if(match_type IN ('mint', 'merge'), token_amount - usd_amount, usd_amount) AS taker_usd
    FROM trades_latest
)
GROUP BY token_id, hour, of_file;

CREATE OR REPLACE VIEW token_hours AS
SELECT * EXCEPT of_file FROM token_hours_computed WHERE fills > 0;

-- What each wallet's trades of a token come to on a day.
CREATE OR REPLACE VIEW wallet_days_computed AS
SELECT
    maker AS wallet,
    token_id,
    toDate(timestamp) AS day,
    of_file,
    countIf(NOT removed) AS fills,
    sumIf(usd_amount, NOT removed) AS usd,
    sumIf(token_amount, NOT removed) AS shares,
    sumIf(token_amount, NOT removed AND NOT is_taker_leg) AS maker_shares,
    sumIf(if(maker_direction = 'BUY', token_amount, -token_amount) - if(fee_asset = 'token', fee, 0), NOT removed) AS d_shares,
    sumIf(if(maker_direction = 'BUY', -usd_amount, usd_amount) - if(fee_asset = 'collateral', fee, 0), NOT removed) AS d_usd,
    sumIf(toDecimal128(toFloat64(fee) * if(fee_asset = 'token', ifNull(price, 0), 1) + 0.0000005, 6), NOT removed) AS fees_usd,
    minIf(timestamp, NOT removed) AS first_trade,
    maxIf(timestamp, NOT removed) AS last_trade
FROM trades_latest
GROUP BY wallet, token_id, day, of_file;

CREATE OR REPLACE VIEW wallet_days AS
SELECT * EXCEPT of_file FROM wallet_days_computed WHERE fills > 0;

-- What a share has paid. 50-50 pays 0.5 of each, without a winner; a market that is not settled has no row. By price, not by label: labels can repeat. Each token once: markets of the second protocol have their position_ids as tokens too.
CREATE OR REPLACE VIEW payouts AS
SELECT id AS market_id, event_id, token.1 AS token_id, token.2 AS outcome_index, outcome_prices[token.2] AS payout
FROM markets_current
ARRAY JOIN arrayDistinct(arrayConcat(arrayZip(tokens, arrayEnumerate(tokens)), arrayZip(position_ids, arrayEnumerate(position_ids)))) AS token
WHERE (winner != '' OR (closed AND resolution_status IN ('resolved', 'settled') AND abs(arraySum(outcome_prices) - 1) < 1e-9)) AND token.1 != '' AND token.2 <= length(outcome_prices);

-- What the first outcome of each settled market has paid, once, however many kinds of tokens the market has.
CREATE OR REPLACE VIEW first_payouts AS
SELECT market_id, any(payout) AS payout
FROM payouts
WHERE outcome_index = 1
GROUP BY market_id;

-- The last price of each market's first outcome by trades, and where it stands on the chain.
CREATE OR REPLACE VIEW last_prices AS
SELECT
    listed.market_id AS market_id,
    argMax(if(listed.outcome_index = 1, trading.close, 1 - trading.close), trading.close_at) AS p0,
    max(trading.close_at) AS at,
    max(trading.last_trade) AS last_trade
FROM token_hours AS trading
INNER JOIN market_tokens_current AS listed ON trading.token_id = listed.token_id
WHERE trading.prints > 0 AND (listed.outcome_index = 1 OR (listed.outcome_index = 2 AND listed.sibling != ''))
GROUP BY market_id;

-- What a share of each token is worth: what it has paid where the market is settled, otherwise the last trade. Marks of one market's tokens come to 1.
CREATE OR REPLACE VIEW token_marks AS
SELECT paid.market_id AS market_id, paid.token_id AS token_id, paid.payout AS mark, true AS settled
FROM payouts AS paid
INNER JOIN market_tokens_current AS known ON paid.token_id = known.token_id AND paid.market_id = known.market_id
UNION ALL
SELECT latest.market_id AS market_id, listed.token_id AS token_id, if(listed.outcome_index = 1, latest.p0, 1 - latest.p0) AS mark, false AS settled
FROM last_prices AS latest
INNER JOIN market_tokens_current AS listed ON latest.market_id = listed.market_id
WHERE listed.sibling != '' AND listed.token_id GLOBAL NOT IN (SELECT token_id FROM payouts);

-- Prices of a token in steps of some seconds: candles(token = '…', step = 3600). What was traded of the market's other token counts with the turned price, so both tokens have the same volume.
CREATE OR REPLACE VIEW candles AS
SELECT
    toStartOfInterval(timestamp, toIntervalSecond({step:UInt32})) AS start,
    argMin(price, (timestamp, block_number, log_index)) AS open,
    max(price) AS high,
    min(price) AS low,
    argMax(price, (timestamp, block_number, log_index)) AS close,
    sum(taker_usd) AS usd,
    sum(shares) AS contracts,
    count() AS trades
FROM
(
    SELECT timestamp, block_number, log_index, if(token_id = {token:String}, assumeNotNull(price), 1 - assumeNotNull(price)) AS price, taker_usd, shares
    FROM trade_legs
    WHERE token_id GLOBAL IN (SELECT arrayJoin([token_id, sibling]) FROM market_tokens FINAL WHERE token_id = {token:String} UNION ALL SELECT {token:String})
        AND token_id != '' AND trade_legs.price IS NOT NULL AND shares >= 0.01
)
GROUP BY start;

-- The same for all tokens, an hour each.
CREATE OR REPLACE VIEW candles_1h AS
SELECT
    token_id,
    hour AS start,
    argMin(first, first_at) AS open,
    max(top) AS high,
    min(bottom) AS low,
    argMax(last, last_at) AS close,
    sum(usd) AS usd,
    sum(contracts) AS contracts,
    sum(trades) AS trades
FROM
(
    SELECT token_id, hour, open AS first, open_at AS first_at, high AS top, low AS bottom, close AS last, close_at AS last_at, print_usd AS usd, print_shares AS contracts, prints AS trades
    FROM token_hours
    WHERE prints > 0
    UNION ALL
    SELECT listed.sibling, trading.hour, 1 - trading.open, trading.open_at, 1 - trading.low, 1 - trading.high, 1 - trading.close, trading.close_at, trading.print_usd, trading.print_shares, trading.prints
    FROM token_hours AS trading
    INNER JOIN market_tokens_current AS listed ON trading.token_id = listed.token_id
    WHERE trading.prints > 0 AND listed.sibling != ''
)
GROUP BY token_id, start;

CREATE OR REPLACE VIEW candles_1d AS
SELECT
    token_id,
    toStartOfDay(start) AS day,
    argMin(open, start) AS open,
    max(high) AS high,
    min(low) AS low,
    argMax(close, start) AS close,
    sum(usd) AS usd,
    sum(contracts) AS contracts,
    sum(trades) AS trades
FROM candles_1h
GROUP BY token_id, day;

CREATE OR REPLACE VIEW candles_1m AS
SELECT
    token_id,
    toStartOfMinute(timestamp) AS start,
    argMin(p, (timestamp, block_number, log_index)) AS open,
    max(p) AS high,
    min(p) AS low,
    argMax(p, (timestamp, block_number, log_index)) AS close,
    sum(taker_usd) AS usd,
    sum(shares) AS contracts,
    count() AS trades
FROM
(
    SELECT token_id, timestamp, block_number, log_index, assumeNotNull(price) AS p, taker_usd, shares
    FROM trade_legs
    WHERE price IS NOT NULL AND shares >= 0.01
    UNION ALL
    SELECT listed.sibling, latest.timestamp, latest.block_number, latest.log_index, 1 - assumeNotNull(latest.price), latest.taker_usd, latest.shares
    FROM trade_legs AS latest
    INNER JOIN market_tokens_current AS listed ON latest.token_id = listed.token_id
    WHERE latest.price IS NOT NULL AND latest.shares >= 0.01 AND listed.sibling != ''
)
GROUP BY token_id, start;

-- Volume of each market: usd is what takers paid, each match once; contracts are shares; usd_as_polymarket is the sum of takers' rows, as Polymarket publishes it. The last day and week are counted by whole hours.
CREATE OR REPLACE VIEW market_stats AS
SELECT
    named.id AS market_id,
    named.question AS question,
    s.usd AS usd,
    s.contracts AS contracts,
    s.usd_as_polymarket AS usd_as_polymarket,
    s.usd_24h AS usd_24h,
    s.usd_7d AS usd_7d,
    s.legs AS legs,
    s.matches AS matches,
    w.traders AS traders,
    s.p0 AS last_price,
    named.best_bid AS best_bid,
    named.best_ask AS best_ask,
    named.best_ask - named.best_bid AS spread,
    s.first_trade AS first_trade,
    s.last_trade AS last_trade,
    s.fees_usd AS fees_usd
FROM
(
    SELECT
        listed.market_id AS market_id,
        sum(trading.usd) AS usd,
        sum(trading.shares) AS contracts,
        sum(trading.taker_leg_usd) AS usd_as_polymarket,
        sumIf(trading.usd, trading.hour > now() - INTERVAL 24 HOUR) AS usd_24h,
        sumIf(trading.usd, trading.hour > now() - INTERVAL 7 DAY) AS usd_7d,
        sum(trading.legs) AS legs,
        sum(trading.matches) AS matches,
        if(countIf(trading.prints > 0) = 0, NULL, argMaxIf(if(listed.outcome_index = 1, trading.close, 1 - trading.close), trading.close_at, trading.prints > 0)) AS p0,
        min(trading.first_trade) AS first_trade,
        max(trading.last_trade) AS last_trade,
        sum(trading.fees_usd) AS fees_usd
    FROM token_hours AS trading
    INNER JOIN market_tokens_current AS listed ON trading.token_id = listed.token_id
    GROUP BY market_id
) AS s
INNER JOIN markets_current AS named ON s.market_id = named.id
LEFT JOIN
(
    SELECT listed.market_id AS market_id, uniqExact(dealt.wallet) AS traders
    FROM wallet_days AS dealt
    INNER JOIN market_tokens_current AS listed ON dealt.token_id = listed.token_id
    GROUP BY market_id
) AS w ON s.market_id = w.market_id;

-- What the exchange has minted less what it has merged. Splits, merges, redemptions and conversions outside of it are not in fills.
CREATE OR REPLACE VIEW open_interest AS
SELECT listed.market_id AS market_id, sum(trading.minted) AS minted, sum(trading.merged) AS merged, minted - merged AS net_minted_on_exchange
FROM token_hours AS trading
INNER JOIN market_tokens_current AS listed ON trading.token_id = listed.token_id
GROUP BY market_id;

-- The first outcome's last price some hours before the market's end, which is the earlier of end_date and closedTime: prices_before_close(hours = 24). No trade before, no row.
CREATE OR REPLACE VIEW prices_before_close AS
SELECT
    market_id,
    any(anchor) AS anchor,
    argMax(p0, (timestamp, block_number, log_index)) AS p,
    dateDiff('hour', max(timestamp), any(at)) AS age_hours
FROM trade_legs
INNER JOIN
(
    SELECT id AS market_id, assumeNotNull(least(coalesce(end_date, closedTime), coalesce(closedTime, end_date))) AS anchor, anchor - toIntervalHour({hours:UInt32}) AS at
    FROM markets_current
    WHERE closed AND coalesce(end_date, closedTime) IS NOT NULL
) AS a USING market_id
WHERE timestamp <= at AND shares >= 0.01 AND p0 IS NOT NULL
GROUP BY market_id;

-- How often what was priced so has happened: calibration(hours = 24), one observation for each market. 50-50 is left out.
CREATE OR REPLACE VIEW calibration AS
SELECT
    floor(p * 10 + 1e-9) / 10 AS bin,
    count() AS markets,
    avg(p) AS forecast,
    avg(payout) AS happened,
    avg(pow(p - payout, 2)) AS brier
FROM prices_before_close(hours = {hours:UInt32}) AS f
INNER JOIN first_payouts AS happening USING market_id
WHERE payout IN (0, 1)
GROUP BY bin;

-- Brier's score of all of them, that of saying the base rate each time, and how much better the first is.
CREATE OR REPLACE VIEW calibration_score AS
SELECT
    count() AS markets,
    avg(pow(p - payout, 2)) AS brier,
    avg(payout) * (1 - avg(payout)) AS brier_of_base_rate,
    1 - brier / brier_of_base_rate AS skill
FROM prices_before_close(hours = {hours:UInt32}) AS f
INNER JOIN first_payouts AS happening USING market_id
WHERE payout IN (0, 1);

-- The price of what has won, some hours before the end: the lowest are upsets. 50-50 is left out.
CREATE OR REPLACE VIEW upsets AS
SELECT market_id, if(payout = 1, p, 1 - p) AS winner_price, age_hours
FROM prices_before_close(hours = {hours:UInt32}) AS f
INNER JOIN first_payouts AS happening USING market_id
WHERE payout IN (0, 1);

-- Shares and cash of each wallet by its fills, its average cost (weighted; a sale does not move it) and what it has realised: no more is sold than was bought. Splits, merges, redemptions, conversions and transfers are not in fills; negative shares came from there.
CREATE OR REPLACE VIEW wallet_positions AS
SELECT
    wallet, market_id, token_id, outcome, d_shares AS shares, d_usd AS cash, folded.1 AS held, folded.2 AS average_cost, folded.3 AS realised
FROM
(
    SELECT
        wallet,
        token_id,
        max(market_id) AS market_id,
        max(outcome) AS outcome,
        sum(d_shares) AS d_shares,
        sum(d_usd) AS d_usd,
        arrayFold(
            (a, x) -> if(x.1 > 0, (a.1 + x.1, (a.1 * a.2 + x.1 * x.2) / (a.1 + x.1), a.3), (a.1 - least(a.1, -x.1), a.2, a.3 + least(a.1, -x.1) * (x.2 - a.2))),
            arrayMap(x -> (x.4, x.5), arraySort(groupArrayIf((timestamp, block_number, log_index, toFloat64(if(direction = 'BUY', shares, -shares)), ifNull(price, 0)), shares > 0 AND price IS NOT NULL))),
            (0., 0., 0.)) AS folded
    FROM wallet_trades
    GROUP BY wallet, token_id
);

-- Profit of each wallet with each token: its cash, and its shares at what they have paid or at the last price. A token that was never traded at a price has no row.
CREATE OR REPLACE VIEW wallet_token_pnl AS
SELECT
    dealt.wallet AS wallet, named.market_id AS market_id, dealt.token_id AS token_id, dealt.shares AS shares, dealt.cash AS cash, named.mark AS mark, named.settled AS settled,
    toFloat64(dealt.cash) + toFloat64(dealt.shares) * named.mark AS pnl
FROM (SELECT wallet, token_id, sum(d_shares) AS shares, sum(d_usd) AS cash FROM wallet_days GROUP BY wallet, token_id) AS dealt
INNER JOIN token_marks AS named ON dealt.token_id = named.token_id;

CREATE OR REPLACE VIEW wallet_pnl AS
SELECT wallet, sumIf(pnl, settled) AS settled_pnl, sumIf(pnl, NOT settled) AS open_pnl, sum(pnl) AS total_pnl, uniqExact(market_id) AS markets
FROM wallet_token_pnl
GROUP BY wallet;

-- Wallets by what they traded since a time, and by what they won with markets that closed since then: leaderboard(since = '1970-01-01 00:00:00'). Days are whole: those that begin at or after `since`, and its own.
CREATE OR REPLACE VIEW leaderboard AS
SELECT wallet, sum(usd) AS volume_usd, sum(shares) AS volume_shares, sum(fills) AS trades, sum(profit) AS profit, uniqExactIf(token, trades_of > 0) AS tokens
FROM
(
    SELECT wallet, usd, shares, fills, 0. AS profit, token_id AS token, fills AS trades_of
    FROM wallet_days
    WHERE day >= toDate({since:DateTime('UTC')})
    UNION ALL
    SELECT won.wallet, 0, 0, 0, won.pnl, won.token_id, 0
    FROM wallet_token_pnl AS won
    INNER JOIN markets_current AS market ON won.market_id = market.id
    WHERE won.settled AND ifNull(market.closedTime, toDateTime64(0, 3, 'UTC')) >= {since:DateTime('UTC')}
)
GROUP BY wallet;

-- Wallets that traded on a day: new ones had no trade before in this table, which begins at first_day.
CREATE OR REPLACE VIEW wallets_daily AS
SELECT dealt.day AS day, countIf(dealt.day = f.first) AS new, countIf(dealt.day > f.first) AS returning, min(f.first_of_all) AS first_day
FROM (SELECT DISTINCT wallet, day FROM wallet_days) AS dealt
INNER JOIN (SELECT wallet, min(day) AS first, min(first) OVER () AS first_of_all FROM wallet_days GROUP BY wallet) AS f ON dealt.wallet = f.wallet
GROUP BY day;

-- Orders by what was filled of them. Trades of files have no order.
CREATE OR REPLACE VIEW whale_orders AS
SELECT order_hash, wallet, token_id, any(market_id) AS market_id, any(outcome) AS outcome, direction, min(is_taker_leg) AS taker, sum(usd) AS usd, sum(shares) AS shares, max(timestamp) AS last_fill
FROM wallet_trades
WHERE order_hash != ''
GROUP BY order_hash, wallet, token_id, direction;

-- How much of all trading the busiest wallets do, in dollars of their own orders. hhi is the sum of squared shares.
CREATE OR REPLACE VIEW concentration AS
SELECT
    length(v) AS wallets,
    arraySum(v) AS usd,
    v[1] / usd AS top1,
    arraySum(arraySlice(v, 1, 10)) / usd AS top10,
    arraySum(arraySlice(v, 1, 100)) / usd AS top100,
    arraySum(arraySlice(v, 1, greatest(1, toUInt64(ceil(wallets / 1000))))) / usd AS top_thousandth,
    arraySum(arrayMap(x -> pow(x / usd, 2), v)) AS hhi,
    2 * arraySum(arrayMap((x, i) -> x * (wallets + 1 - i), v, arrayEnumerate(v))) / (wallets * usd) - (wallets + 1) / wallets AS gini
FROM (SELECT arrayReverseSort(groupArray(usd)) AS v FROM (SELECT toFloat64(sum(usd)) AS usd FROM wallet_days GROUP BY wallet));

-- Fees by day and generation in dollars: those that were taken in shares at the price of their trade.
CREATE OR REPLACE VIEW fees_daily AS
SELECT toDate(timestamp) AS day, generation, sum(toFloat64(fee) * if(fee_asset = 'token', ifNull(price, 0), 1)) AS fees_usd, countIf(fee > 0) AS trades_with_fee
FROM trades_current
GROUP BY day, generation;

-- Which part of what a wallet traded rested in the book.
CREATE OR REPLACE VIEW maker_share AS
SELECT wallet, sum(shares) AS contracts, toFloat64(sum(maker_shares)) / toFloat64(contracts) AS maker_share, toFloat64(sum(maker_shares)) / sum(toFloat64(sum(maker_shares))) OVER () AS share_of_liquidity, uniqExact(token_id) AS tokens
FROM wallet_days
GROUP BY wallet;

-- Pairs of wallets that trade with each other: round_trip is the part that comes to nothing, closed_share that of the busier one's trading. High values are no proof: market makers have them too.
CREATE OR REPLACE VIEW trading_pairs AS
WITH volume AS (SELECT wallet, toFloat64(sum(shares)) AS total FROM (SELECT maker AS wallet, shares FROM trade_legs UNION ALL SELECT taker, shares FROM trade_legs) GROUP BY wallet)
SELECT p.a AS wallet_a, p.b AS wallet_b, sum(p.gross) AS traded, 1 - sum(abs(p.net)) / traded AS round_trip, traded / greatest(any(va.total), any(vb.total)) AS closed_share
FROM
(
    SELECT least(maker, taker) AS a, greatest(maker, taker) AS b, market_id, toFloat64(sum(shares)) AS gross, toFloat64(sum(if((taker = a) = lifts_ask, 1, -1) * shares)) AS net
    FROM trade_legs
    WHERE lifts_ask IS NOT NULL
    GROUP BY a, b, market_id
) AS p
INNER JOIN volume AS va ON va.wallet = p.a
INNER JOIN volume AS vb ON vb.wallet = p.b
GROUP BY wallet_a, wallet_b;

-- How far bid and ask stood apart where both were hit within five minutes. An estimate of the traded spread.
CREATE OR REPLACE VIEW traded_spreads AS
SELECT market_id, toStartOfInterval(timestamp, INTERVAL 5 MINUTE) AS start, avgIf(p0, lifts_ask) AS ask, avgIf(p0, NOT lifts_ask) AS bid, ask - bid AS spread
FROM trade_legs
WHERE p0 IS NOT NULL
GROUP BY market_id, start
HAVING countIf(lifts_ask) > 0 AND countIf(NOT lifts_ask) > 0;

-- What a token cost between two times, until excluded: by what was traded (vwap), and by how long each price stood (twap, from the first trade on). average_prices(token = '…', since = '…', until = '…'); NULL where nothing was traded.
CREATE OR REPLACE VIEW average_prices AS
SELECT
    if(countIf(ticks.t >= {since:DateTime('UTC')}) = 0, NULL, sumIf(usd_at_price, ticks.t >= {since:DateTime('UTC')}) / sumIf(contracts, ticks.t >= {since:DateTime('UTC')})) AS vwap,
    if(sumIf(ms, ms > 0) = 0, NULL, sumIf(p * ms, ms > 0) / sumIf(ms, ms > 0)) AS twap,
    if(count() = 0, NULL, argMax(p, t)) AS last
FROM
(
    SELECT *, dateDiff('millisecond', greatest(t, toDateTime64({since:DateTime('UTC')}, 3, 'UTC')), leadInFrame(t, 1, toDateTime64({until:DateTime('UTC')}, 3, 'UTC')) OVER (ORDER BY t ROWS BETWEEN CURRENT ROW AND 1 FOLLOWING)) AS ms
    FROM
    (
        SELECT
            timestamp AS t,
            argMax(if(token_id = {token:String}, assumeNotNull(price), 1 - assumeNotNull(price)), (timestamp, block_number, log_index)) AS p,
            sum(toFloat64(shares) * if(token_id = {token:String}, assumeNotNull(price), 1 - assumeNotNull(price))) AS usd_at_price,
            sum(toFloat64(shares)) AS contracts
        FROM trade_legs
        WHERE token_id GLOBAL IN (SELECT arrayJoin([token_id, sibling]) FROM market_tokens FINAL WHERE token_id = {token:String} UNION ALL SELECT {token:String})
            AND token_id != '' AND price IS NOT NULL AND shares > 0 AND timestamp < {until:DateTime('UTC')}
        GROUP BY t
    )
) AS ticks;

-- How the price of the first outcome has moved, in points: movers(until = now('UTC'), hours = 24). Needs a price before, and a dollar traded since. That a market was settled is no move; ask markets_current to leave out those that are closed.
CREATE OR REPLACE VIEW movers AS
SELECT
    market_id,
    argMax(p0, (timestamp, block_number, log_index)) AS p,
    argMaxIf(p0, (timestamp, block_number, log_index), timestamp <= {until:DateTime('UTC')} - toIntervalHour({hours:UInt32})) AS was,
    p - was AS move,
    sumIf(taker_usd, timestamp > {until:DateTime('UTC')} - toIntervalHour({hours:UInt32})) AS usd
FROM trade_legs
WHERE timestamp <= {until:DateTime('UTC')} AND p0 IS NOT NULL
GROUP BY market_id
HAVING countIf(timestamp <= {until:DateTime('UTC')} - toIntervalHour({hours:UInt32})) > 0 AND usd >= 1;

-- Each event with its markets: the sum of last yes prices of those that are open. Of a complete neg-risk event it is near 1; what all asks come to is in event_arbitrage.
CREATE OR REPLACE VIEW event_overview AS
SELECT
    parent.id AS event_id, parent.title AS title, parent.tags AS tags, parent.neg_risk AS neg_risk, parent.markets_count AS markets_count,
    count() AS markets, countIf(listed.closed) AS closed_markets, countIf(NOT listed.closed AND latest.market_id != '') AS priced,
    sumIf(latest.p0, NOT listed.closed AND latest.market_id != '') AS yes_sum,
    sum(listed.volume) AS gamma_volume
FROM markets_current AS listed
INNER JOIN polymarket_events_current AS parent ON listed.event_id = parent.id
LEFT JOIN last_prices AS latest ON latest.market_id = listed.id
GROUP BY event_id, title, tags, neg_risk, markets_count;

-- What all yes of a neg-risk event last cost to buy, where every one of its markets is open and was asked for. Below 1 it is a hint, no proof: fills say that a price was traded, not that it stands.
CREATE OR REPLACE VIEW event_arbitrage AS
SELECT listed.event_id AS event_id, count() AS legs, sum(q.ask) AS buy_all_yes, min(q.last) AS oldest
FROM
(
    SELECT market_id, argMaxIf(p0, (timestamp, block_number, log_index), lifts_ask) AS ask, maxIf(timestamp, lifts_ask) AS last
    FROM trade_legs
    WHERE p0 IS NOT NULL
    GROUP BY market_id
    HAVING countIf(lifts_ask) > 0
) AS q
INNER JOIN (SELECT id AS market_id, event_id FROM markets_current WHERE neg_risk AND NOT closed) AS listed ON q.market_id = listed.market_id
INNER JOIN (SELECT id AS event_id, markets_count FROM polymarket_events_current) AS parent ON listed.event_id = parent.event_id
GROUP BY event_id, markets_count
HAVING legs = markets_count;

-- How long markets live, and how late they are settled; those past their end that are not closed are counted, not left out.
CREATE OR REPLACE VIEW resolution_times AS
SELECT
    countIf(closed AND closedTime IS NOT NULL) AS markets,
    quantileExactIf(0.5)(ifNull(dateDiff('hour', createdAt, closedTime), 0), closed AND closedTime IS NOT NULL AND createdAt IS NOT NULL) / 24 AS life_days,
    quantileExactIf(0.5)(ifNull(dateDiff('hour', end_date, closedTime), 0), closed AND closedTime IS NOT NULL AND end_date IS NOT NULL) AS delay_hours,
    quantileExactIf(0.1)(ifNull(dateDiff('hour', end_date, closedTime), 0), closed AND closedTime IS NOT NULL AND end_date IS NOT NULL) AS delay_hours_10,
    quantileExactIf(0.9)(ifNull(dateDiff('hour', end_date, closedTime), 0), closed AND closedTime IS NOT NULL AND end_date IS NOT NULL) AS delay_hours_90,
    countIf(closed AND closedTime < end_date) / markets AS early,
    countIf(NOT closed AND end_date < now()) AS past_end_and_open
FROM markets_current;

-- Settled markets that were seen disputed. Only what an ingester saw counts: a lower bound.
CREATE OR REPLACE VIEW disputes AS
SELECT countIf(done) AS settled, countIf(done AND seen) AS disputed, disputed / settled AS rate, countIf(seen AND NOT done) AS pending
FROM
(
    SELECT id, max(resolution_status = 'disputed') AS seen, argMax(closed AND resolution_status IN ('resolved', 'settled'), valid_from) AS done
    FROM markets_history
    GROUP BY id
);

-- Volume by tag: a market counts for each of its event's tags, so the shares come to more than 1. Markets without an event have the tag ''.
CREATE OR REPLACE VIEW tag_stats AS
SELECT tag, sum(usd) AS usd, usd / any(all_usd) AS share, count() AS markets
FROM
(
    SELECT v.market_id AS market_id, v.usd AS usd, v.all_usd AS all_usd, arrayJoin(if(empty(parent.tags), [''], parent.tags)) AS tag
    FROM
    (
        SELECT listed.market_id AS market_id, sum(trading.usd) AS usd, sum(toFloat64(sum(trading.usd))) OVER () AS all_usd
        FROM token_hours AS trading
        INNER JOIN market_tokens_current AS listed ON trading.token_id = listed.token_id
        GROUP BY market_id
    ) AS v
    LEFT JOIN (SELECT id, event_id FROM markets_current) AS named ON v.market_id = named.id
    LEFT JOIN (SELECT id, tags FROM polymarket_events_current) AS parent ON named.event_id = parent.id
)
GROUP BY tag;

-- Volume by one category a market, by a fixed order: the shares come to 1.
CREATE OR REPLACE VIEW category_volume AS
SELECT
    multiIf(has(parent.tags, 'Sports'), 'Sports', has(parent.tags, 'Politics'), 'Politics', has(parent.tags, 'Crypto'), 'Crypto', 'Other') AS category,
    sum(trading.usd) AS usd,
    toFloat64(usd) / sum(toFloat64(sum(trading.usd))) OVER () AS share
FROM token_hours AS trading
LEFT JOIN market_tokens_current AS listed ON trading.token_id = listed.token_id
LEFT JOIN (SELECT id, event_id FROM markets_current) AS named ON listed.market_id = named.id
LEFT JOIN (SELECT id, tags FROM polymarket_events_current) AS parent ON named.event_id = parent.id
GROUP BY category;

-- All that is known of one wallet's tokens, the newest first: wallet_page(wallet = '0x…'), in lower case. mark is what a share has paid or the last price, pnl is cash and shares at that; NULL where there was never a price.
CREATE OR REPLACE VIEW wallet_page AS
WITH
    mine AS (SELECT token_id, sum(d_shares) AS shares, sum(d_usd) AS cash, sum(usd) AS usd, sum(fills) AS fills, min(first_trade) AS first_trade, max(last_trade) AS last_trade FROM wallet_days WHERE wallet = lower({wallet:String}) GROUP BY token_id),
    known AS (SELECT token_id, market_id, outcome, sibling FROM market_tokens FINAL WHERE token_id GLOBAL IN (SELECT token_id FROM mine)),
    paid AS (SELECT market_id, token_id, payout FROM payouts WHERE market_id GLOBAL IN (SELECT market_id FROM known)),
    printed AS (SELECT token_id, argMax(close, close_at) AS price, max(close_at) AS at FROM token_hours WHERE prints > 0 AND token_id GLOBAL IN (SELECT token_id FROM mine UNION ALL SELECT sibling FROM known) GROUP BY token_id)
SELECT
    lower({wallet:String}) AS wallet, named.market_id AS market_id, q.question AS question, listed.token_id AS token_id, named.outcome AS outcome, listed.shares AS shares, listed.cash AS cash,
    multiIf(settlement.token_id != '', toNullable(settlement.payout), own.token_id != '' AND own.at >= other.at, own.price, other.token_id != '', 1 - other.price, NULL) AS mark,
    toBool(settlement.token_id != '') AS settled,
    toFloat64(listed.cash) + toFloat64(listed.shares) * mark AS pnl,
    listed.usd AS usd, listed.fills AS fills, listed.first_trade AS first_trade, listed.last_trade AS last_trade
FROM mine AS listed
LEFT JOIN known AS named ON listed.token_id = named.token_id
LEFT JOIN paid AS settlement ON listed.token_id = settlement.token_id AND named.market_id = settlement.market_id
LEFT JOIN printed AS own ON listed.token_id = own.token_id
LEFT JOIN printed AS other ON named.sibling = other.token_id
LEFT JOIN (SELECT id, question FROM markets_current WHERE id GLOBAL IN (SELECT market_id FROM known)) AS q ON named.market_id = q.id;

-- One market's numbers, as in market_stats, without looking at others: market_page(market = '…'), its id.
CREATE OR REPLACE VIEW market_page AS
WITH
    mine AS (SELECT token.1 AS token_id, token.2 AS outcome_index FROM markets_current ARRAY JOIN arrayDistinct(arrayConcat(arrayZip(tokens, arrayEnumerate(tokens)), arrayZip(position_ids, arrayEnumerate(position_ids)))) AS token WHERE id = {market:String} AND token.1 != ''),
    hours AS (SELECT * FROM token_hours WHERE token_id GLOBAL IN (SELECT token_id FROM mine))
SELECT
    named.id AS market_id, named.question AS question, named.market_slug AS market_slug, named.closed AS closed, named.winner AS winner, named.end_date AS end_date,
    s.usd AS usd, s.usd_24h AS usd_24h, s.contracts AS contracts, s.matches AS matches, w.traders AS traders,
    s.p0 AS last_price, named.best_bid AS best_bid, named.best_ask AS best_ask, s.minted - s.merged AS net_minted_on_exchange,
    s.first_trade AS first_trade, s.last_trade AS last_trade
FROM (SELECT id, question, market_slug, closed, winner, end_date, best_bid, best_ask FROM markets_current WHERE id = {market:String}) AS named
CROSS JOIN
(
    SELECT
        sum(trading.usd) AS usd, sumIf(trading.usd, trading.hour > now() - INTERVAL 24 HOUR) AS usd_24h, sum(trading.shares) AS contracts, sum(trading.matches) AS matches,
        if(countIf(trading.prints > 0) = 0, NULL, argMaxIf(if(listed.outcome_index = 1, trading.close, 1 - trading.close), trading.close_at, trading.prints > 0)) AS p0,
        sum(trading.minted) AS minted, sum(trading.merged) AS merged,
        if(count() = 0, NULL, min(trading.first_trade)) AS first_trade, if(count() = 0, NULL, max(trading.last_trade)) AS last_trade
    FROM hours AS trading
    INNER JOIN mine AS listed ON trading.token_id = listed.token_id
) AS s
CROSS JOIN (SELECT uniqExact(maker) AS traders FROM trades_current WHERE token_id GLOBAL IN (SELECT token_id FROM mine)) AS w;

-- How far the answers that are kept ready have been computed (0018, 0019).
CREATE TABLE IF NOT EXISTS kept_until
(
    name String,
    until DateTime64(6, 'UTC'),
    settled DateTime64(6, 'UTC'),
    version UInt64
)
ENGINE = ReplacingMergeTree(version)
ORDER BY name
SETTINGS non_replicated_deduplication_window = 1000, fsync_after_insert = 1, fsync_part_directory = 1;
