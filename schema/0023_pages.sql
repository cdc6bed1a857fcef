-- Pages of one wallet and one market, as in 0017, from less than they read there.

-- What files say of hours, beside those of the chain that are kept: nothing, where there are no imports (0024). A question about files costs as much to plan as all the rest of a page.
CREATE OR REPLACE VIEW file_hours AS
SELECT
    '' AS token_id,
    toDateTime(0, 'UTC') AS hour,
    toUInt64(0) AS fills,
    toUInt64(0) AS legs,
    toUInt64(0) AS prints,
    toFloat64(0) AS open,
    (toDateTime64(0, 3, 'UTC'), toUInt64(0), toUInt32(0)) AS open_at,
    toFloat64(0) AS high,
    toFloat64(0) AS low,
    toFloat64(0) AS close,
    (toDateTime64(0, 3, 'UTC'), toUInt64(0), toUInt32(0)) AS close_at,
    toDecimal128(0, 6) AS print_usd,
    toDecimal128(0, 6) AS print_shares,
    toDecimal128(0, 6) AS usd,
    toDecimal128(0, 6) AS maker_usd,
    toDecimal128(0, 6) AS shares,
    toDecimal128(0, 6) AS minted,
    toDecimal128(0, 6) AS merged,
    toUInt64(0) AS matches,
    toDecimal128(0, 6) AS taker_leg_usd,
    toDecimal128(0, 6) AS fees_usd,
    toDateTime64(0, 3, 'UTC') AS first_trade,
    toDateTime64(0, 3, 'UTC') AS last_trade
WHERE false;

-- The last price of each token in each month, by the same trades as token_hours. Where hours are kept, what files say of a month stands in a row beside it.
CREATE OR REPLACE VIEW token_months AS
SELECT token_id, toStartOfMonth(hour) AS month, argMax(trading.close, trading.close_at) AS close, max(trading.close_at) AS close_at
FROM token_hours AS trading
WHERE trading.prints > 0
GROUP BY token_id, month;

-- The tokens that a wallet has traded, more than once each, and those of trades that the chain has taken back: what else is asked of them is looked for among these.
CREATE OR REPLACE VIEW wallet_tokens AS
SELECT maker AS wallet, token_id FROM trades_latest;

-- All that is known of one wallet's tokens, the newest first: wallet_page(wallet = '0x…'), in lower case. mark is what a share has paid or the last price, pnl is cash and shares at that; NULL where something is left that never had a price.
CREATE OR REPLACE VIEW wallet_page AS
WITH
    touched AS (SELECT token_id FROM wallet_tokens WHERE wallet = lower({wallet:String})),
    known AS (SELECT token_id, market_id, outcome, sibling FROM market_tokens FINAL WHERE token_id GLOBAL IN (SELECT token_id FROM touched)),
    paid AS (SELECT market_id, token_id, payout FROM payouts WHERE market_id GLOBAL IN (SELECT market_id FROM known)),
    printed AS (SELECT token_id, argMax(close, close_at) AS price, max(close_at) AS at FROM token_months WHERE token_id GLOBAL IN (SELECT token_id FROM touched UNION ALL SELECT sibling FROM known) GROUP BY token_id)
SELECT
    lower({wallet:String}) AS wallet, priced.market_id AS market_id, about.question AS question, priced.token_id AS token_id, priced.outcome AS outcome, priced.shares AS shares, priced.cash AS cash,
    if(settlement.token_id != '', toNullable(settlement.payout), priced.last_price) AS mark,
    toBool(settlement.token_id != '') AS settled,
    if(priced.shares = 0, toFloat64(priced.cash), toFloat64(priced.cash) + toFloat64(priced.shares) * mark) AS pnl,
    priced.usd AS usd, priced.fills AS fills, priced.first_trade AS first_trade, priced.last_trade AS last_trade
FROM
(
    SELECT
        side.token_id AS token_id, any(side.market_id) AS market_id, any(side.outcome) AS outcome, any(side.shares) AS shares, any(side.cash) AS cash,
        any(side.usd) AS usd, any(side.fills) AS fills, any(side.first_trade) AS first_trade, any(side.last_trade) AS last_trade,
        if(countIf(latest.token_id != '') = 0, NULL, argMaxIf(if(side.is_own, latest.price, 1 - latest.price), (latest.at, side.is_own), latest.token_id != '')) AS last_price
    FROM
    (
        SELECT listed.*, named.market_id AS market_id, named.outcome AS outcome, arrayJoin([true, false]) AS is_own, if(is_own, listed.token_id, named.sibling) AS price_of
        FROM
        (
            SELECT token_id, sum(d_shares) AS shares, sum(d_usd) AS cash, sum(dealt.usd) AS usd, sum(dealt.fills) AS fills, min(dealt.first_trade) AS first_trade, max(dealt.last_trade) AS last_trade
            FROM wallet_days AS dealt
            WHERE wallet = lower({wallet:String})
            GROUP BY token_id
        ) AS listed
        LEFT JOIN known AS named ON listed.token_id = named.token_id
    ) AS side
    LEFT JOIN printed AS latest ON side.price_of = latest.token_id
    GROUP BY token_id
) AS priced
LEFT JOIN paid AS settlement ON priced.token_id = settlement.token_id AND priced.market_id = settlement.market_id
LEFT JOIN (SELECT id, question FROM markets_current WHERE id GLOBAL IN (SELECT market_id FROM known)) AS about ON priced.market_id = about.id
SETTINGS optimize_move_to_prewhere_if_final = 1;

-- One market's numbers, as in market_stats, without looking at others: market_page(market = '…'), its id. A trade that stands twice has the same wallet both times, so traders are counted without looking for the newest row of each; only at times at which the chain took something back that is asked.
CREATE OR REPLACE VIEW market_page AS
WITH
    mine AS (SELECT arrayJoin(arrayConcat(tokens, position_ids)) AS token_id FROM markets FINAL WHERE id = {market:String} AND token_id != ''),
    taken_back AS (SELECT timestamp FROM trades WHERE removed AND token_id GLOBAL IN (SELECT token_id FROM mine))
SELECT
    named.id AS market_id, named.question AS question, named.market_slug AS market_slug, named.closed AS closed, named.winner AS winner, named.end_date AS end_date,
    traded.usd AS usd, traded.usd_24h AS usd_24h, traded.contracts AS contracts, traded.matches AS matches, dealing.traders AS traders,
    multiIf(traded.prints = 0, NULL, traded.last_print.1 = named.tokens[1] OR traded.last_print.1 = named.position_ids[1], traded.last_print.2, 1 - traded.last_print.2) AS last_price,
    named.best_bid AS best_bid, named.best_ask AS best_ask, traded.net_minted_on_exchange AS net_minted_on_exchange,
    traded.first_trade AS first_trade, traded.last_trade AS last_trade
FROM (SELECT id, question, market_slug, closed, winner, end_date, best_bid, best_ask, tokens, position_ids FROM markets FINAL WHERE id = {market:String}) AS named
CROSS JOIN
(
    SELECT
        sum(trading.usd) AS usd, sumIf(trading.usd, trading.hour > now() - INTERVAL 24 HOUR) AS usd_24h, sum(trading.shares) AS contracts, sum(trading.matches) AS matches,
        sum(trading.prints) AS prints, argMaxIf((trading.token_id, trading.close), trading.close_at, trading.prints > 0) AS last_print,
        sum(trading.minted) - sum(trading.merged) AS net_minted_on_exchange,
        if(count() = 0, NULL, min(trading.first_trade)) AS first_trade, if(count() = 0, NULL, max(trading.last_trade)) AS last_trade
    FROM token_hours AS trading
    WHERE token_id GLOBAL IN (SELECT token_id FROM mine)
) AS traded
CROSS JOIN
(
    SELECT count() AS traders
    FROM
    (
        SELECT maker FROM trades WHERE token_id GLOBAL IN (SELECT token_id FROM mine) AND timestamp GLOBAL NOT IN (SELECT timestamp FROM taken_back)
        UNION DISTINCT
        SELECT maker FROM trades_current WHERE token_id GLOBAL IN (SELECT token_id FROM mine) AND timestamp GLOBAL IN (SELECT timestamp FROM taken_back)
    )
) AS dealing
SETTINGS optimize_move_to_prewhere_if_final = 1;
