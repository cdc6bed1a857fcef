-- Prices of a market's outcomes by its trades, in steps that are as long as it takes to have no more than `points` of them. From the first trade to the last where no times are given.
WITH
    listed AS (SELECT outcomes, tokens, position_ids FROM markets FINAL WHERE id = {id:String}),
    traded AS
    (
        SELECT timestamp, block_number, log_index, assumeNotNull(p0) AS p, taker_usd
        FROM trade_legs
        WHERE token_id GLOBAL IN (SELECT arrayJoin(arrayConcat(tokens, position_ids)) FROM listed) AND token_id != '' AND p0 IS NOT NULL AND shares >= 0.01
            AND {{chart_times}}
    ),
    {{chart_step}},
    steps AS
    (
        SELECT
            intDiv(toUnixTimestamp64Milli(timestamp), 1000 * step) * step AS t,
            argMin(p, (timestamp, block_number, log_index)) AS o,
            max(p) AS h,
            min(p) AS l,
            argMax(p, (timestamp, block_number, log_index)) AS c,
            toFloat64(sum(taker_usd)) AS v
        FROM traded
        GROUP BY t
        ORDER BY t
    ),
    together AS (SELECT groupArray(t) AS ts, groupArray(o) AS os, groupArray(h) AS hs, groupArray(l) AS ls, groupArray(c) AS cs, groupArray(v) AS vs FROM steps)
SELECT
    tuple(
        step AS bucket_s,
        arrayMap(one -> toUInt32(one), ts) AS t,
        if({kind:String} = 'ohlc',
            CAST(CAST([(outcomes[1], os, hs, ls, cs)], 'Array(Tuple(outcome String, o Array(Float64), h Array(Float64), l Array(Float64), c Array(Float64)))'), 'Variant(Array(Tuple(outcome String, o Array(Float64), h Array(Float64), l Array(Float64), c Array(Float64))), Array(Tuple(outcome String, p Array(Float64))))'),
            CAST(CAST(arrayMap((outcome, place) -> (outcome, if(place = 1, cs, arrayMap(one -> 1 - one, cs))), arraySlice(outcomes, 1, 2), [1, 2]), 'Array(Tuple(outcome String, p Array(Float64)))'), 'Variant(Array(Tuple(outcome String, o Array(Float64), h Array(Float64), l Array(Float64), c Array(Float64))), Array(Tuple(outcome String, p Array(Float64))))')) AS series,
        vs AS v) AS data,
    CAST(NULL, 'Nullable(String)') AS next
FROM listed
CROSS JOIN together
