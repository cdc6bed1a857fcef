-- The first outcome of the event's busiest markets by their trades, in steps of one length.
WITH
    {{event_id}} AS wanted,
    listed AS
    (
        SELECT id, if(group_item_title = '', question, group_item_title) AS label, arrayConcat(tokens, position_ids) AS all_tokens, ifNull(volume, 0.) AS place
        FROM markets FINAL WHERE event_id = wanted ORDER BY place DESC LIMIT {top:UInt32}
    ),
    traded AS
    (
        SELECT market_id, timestamp, block_number, log_index, assumeNotNull(p0) AS p, taker_usd
        FROM trade_legs
        WHERE token_id GLOBAL IN (SELECT arrayJoin(all_tokens) FROM listed) AND token_id != '' AND p0 IS NOT NULL AND shares >= 0.01
            AND {{chart_times}}
    ),
    {{chart_step}},
    steps AS
    (
        SELECT market_id, intDiv(toUnixTimestamp64Milli(timestamp), 1000 * step) * step AS t, argMax(p, (timestamp, block_number, log_index)) AS c, toFloat64(sum(taker_usd)) AS v
        FROM traded GROUP BY market_id, t
    ),
    (SELECT arraySort(groupUniqArray(t)) FROM steps) AS grid,
    (SELECT CAST((groupArray(t), groupArray(v)), 'Map(Int64, Float64)') FROM (SELECT t, sum(v) AS v FROM steps GROUP BY t)) AS volumes,
    lines AS (SELECT market_id, CAST((groupArray(t), groupArray(c)), 'Map(Int64, Float64)') AS prices FROM steps GROUP BY market_id)
SELECT
    tuple(
        step AS bucket_s,
        arrayMap(one -> toUInt32(one), grid) AS t,
        groupArray(tuple(label AS outcome, id AS market_id, arrayMap(one -> if(mapContains(prices, one), prices[one], nan), grid) AS p)) AS series,
        arrayMap(one -> volumes[one], grid) AS v) AS data,
    CAST(NULL, 'Nullable(String)') AS next
FROM (SELECT * FROM listed LEFT JOIN lines ON listed.id = lines.market_id ORDER BY place DESC)
