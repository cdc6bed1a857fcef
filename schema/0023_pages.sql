-- The page of one wallet, as in 0017, from less than it reads there.

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

-- All that is known of one wallet's tokens, the newest first: wallet_page(wallet = '0x…'), in lower case. mark is what a share has paid or the last price, pnl is cash and shares at that; NULL where there was never a price.
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
    toFloat64(priced.cash) + toFloat64(priced.shares) * mark AS pnl,
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
