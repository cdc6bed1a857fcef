-- Who traded most, by dollars of own orders, in whole days.
WITH busiest AS
(
    SELECT wallet, sum(usd) AS dollars, sum(fills) AS orders, uniqExact(token_id) AS tokens, max(last_trade) AS latest
    FROM wallet_days AS dealt
    WHERE {days:UInt32} = 0 OR day >= toDate((SELECT max(timestamp) FROM trades)) - {days:UInt32} + 1
    GROUP BY wallet
    ORDER BY dollars DESC
    LIMIT 100
)
SELECT
    groupArray(tuple(wallet, toFloat64(dollars) AS volume, toUInt32(orders) AS trades, toUInt32(tokens) AS markets, latest AS last)) AS data,
    CAST(NULL, 'Nullable(String)') AS next
FROM (SELECT * FROM busiest ORDER BY dollars DESC)
