WITH mine AS ({{wallet_rows}})
SELECT
    tuple(
        lower({wallet:String}) AS wallet,
        sum(realised) AS realised, sum(open) AS open, if(count() = 0, NULL, (SELECT max(timestamp) FROM trades WHERE token_id GLOBAL IN (SELECT token FROM mine))) AS priced_as_of,
        toFloat64(sum(usd)) AS volume, toUInt32(sum(fills)) AS trades,
        if(count() = 0, NULL, min(first_trade)) AS first, if(count() = 0, NULL, max(last_trade)) AS last,
        ['splits', 'merges', 'redemptions', 'conversions', 'transfers'] AS not_included) AS data,
    CAST(NULL, 'Nullable(String)') AS next
FROM mine
