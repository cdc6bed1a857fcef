-- A wallet's profit by its trades, at its first and at the end of each day or of several: its cash, and its shares at what they have paid or at the last price until then. Where there was no price yet, they are worth what they cost.
WITH
    lower({wallet:String}) AS who,
    dealt AS (SELECT token_id, day, toFloat64(sum(d_shares)) AS shares, toFloat64(sum(d_usd)) AS cash FROM wallet_days WHERE wallet = who GROUP BY token_id, day),
    known AS (SELECT token_id, market_id, sibling FROM market_tokens_current WHERE token_id GLOBAL IN (SELECT token_id FROM dealt)),
    paid AS
    (
        SELECT settled.token_id AS token_id, any(settled.payout) AS payout, any(toDate(ifNull(about.closedTime, about.updated_at))) AS day
        FROM payouts AS settled
        INNER JOIN (SELECT id, closedTime, updated_at FROM markets FINAL WHERE id GLOBAL IN (SELECT market_id FROM known)) AS about ON settled.market_id = about.id
        WHERE settled.token_id GLOBAL IN (SELECT token_id FROM dealt)
        GROUP BY token_id
    ),
    priced AS
    (
        SELECT side.token_id AS token_id, toDate(trading.hour) AS day, argMax(if(side.is_own, trading.close, 1 - trading.close), trading.close_at) AS price
        FROM token_hours AS trading
        INNER JOIN (SELECT token_id, arrayJoin([true, false]) AS is_own, if(is_own, token_id, sibling) AS price_of FROM known) AS side ON trading.token_id = side.price_of
        WHERE trading.prints > 0 AND trading.token_id GLOBAL IN (SELECT token_id FROM known UNION ALL SELECT sibling FROM known)
        GROUP BY token_id, day
    ),
    (SELECT min(day) FROM dealt) AS first_day,
    (SELECT toUInt32(toUnixTimestamp(min(dealing.first_trade))) FROM wallet_days AS dealing WHERE wallet = who) AS first_trade,
    (SELECT greatest(max(day), ifNull((SELECT max(day) FROM priced), toDate(0))) FROM dealt) AS last_day,
    greatest(1, toUInt32(ceil((last_day - first_day + 1) / {points:UInt32}))) AS step,
    arrayMap(i -> last_day - step * ({points:UInt32} - 1 - i), range({points:UInt32})) AS all_days,
    arrayFilter(one -> one >= first_day AND (SELECT count() FROM dealt) > 0, all_days) AS days,
    -- Each token's state on each of these days.
    tokens AS
    (
        SELECT
            deals.token_id AS token_id, deals.list AS list, prices.list AS price_list, settled.payout AS payout, settled.day AS paid_on, settled.token_id != '' AS is_paid,
            arrayMap(one -> arraySum(deal -> if(deal.1 <= one, deal.2, 0), deals.list), days) AS shares,
            arrayMap(one -> arraySum(deal -> if(deal.1 <= one, deal.3, 0), deals.list), days) AS cash,
            arrayMap(one -> arrayLast(price -> price.1 <= one, prices.list), days) AS marks
        FROM (SELECT token_id, arraySort(groupArray((day, shares, cash))) AS list FROM dealt GROUP BY token_id) AS deals
        LEFT JOIN (SELECT token_id, arraySort(groupArray((day, price))) AS list FROM priced GROUP BY token_id) AS prices ON deals.token_id = prices.token_id
        LEFT JOIN paid AS settled ON deals.token_id = settled.token_id
    ),
    worths AS
    (
        SELECT arrayMap((one, held, money, mark) -> multiIf(is_paid AND paid_on <= one, money + held * payout, mark.1 = toDate(0), 0., money + held * mark.2), days, shares, cash, marks) AS worth
        FROM tokens
    )
SELECT
    tuple(
        arrayConcat([first_trade], arrayMap(one -> toUInt32(least(toUnixTimestamp(toDateTime(one, 'UTC')) + 86400, toUnixTimestamp(now()))), days)) AS t,
        arrayConcat([0.], (SELECT sumForEach(worth) FROM worths)) AS profit) AS data,
    CAST(NULL, 'Nullable(String)') AS next
WHERE (SELECT count() FROM dealt) > 0
UNION ALL
SELECT tuple(CAST([], 'Array(UInt32)') AS t, CAST([], 'Array(Float64)') AS profit) AS data, CAST(NULL, 'Nullable(String)') AS next
WHERE (SELECT count() FROM wallet_days WHERE wallet = lower({wallet:String})) = 0
