WITH
    -- By its id, its slug (an old one, too) or its condition.
    coalesce(
        (SELECT max(id) FROM markets WHERE id = {id:String} HAVING count() > 0),
        (SELECT argMax(id, version) FROM markets WHERE market_slug = {id:String} OR condition_id = lower({id:String}) HAVING count() > 0),
        '') AS market,
    chosen AS (SELECT *, 0. AS place FROM markets FINAL WHERE id = market),
    shown AS ({{market_rows}}),
    paid AS (SELECT market_id, arrayMap(one -> one.2, arraySort(groupUniqArray((outcome_index, payout)))) AS shares FROM payouts WHERE market_id = market GROUP BY market_id),
    -- As market_page (schema/0023) has it.
    mine AS (SELECT arrayJoin(arrayConcat(tokens, position_ids)) AS token FROM chosen WHERE token != ''),
    traded AS
    (
        SELECT
            toUInt32(count()) AS trades,
            if(countIf(p0 IS NOT NULL) = 0, NULL, argMaxIf(assumeNotNull(p0), (timestamp, block_number, log_index), p0 IS NOT NULL)) AS last,
            if(count() = 0, NULL, max(timestamp)) AS last_at,
            if(countIf(p0 IS NOT NULL AND timestamp <= now64(3) - INTERVAL 1 DAY) = 0, NULL, argMaxIf(assumeNotNull(p0), (timestamp, block_number, log_index), p0 IS NOT NULL AND timestamp <= now64(3) - INTERVAL 1 DAY)) AS a_day_ago,
            toFloat64(sum(taker_usd)) AS traded_usd
        FROM trade_legs
        WHERE token_id GLOBAL IN (SELECT token FROM mine)
    )
SELECT
    tuple(
        shown.id AS id, shown.slug AS slug, shown.question AS question, shown.event AS event, shown.tags AS tags, shown.outcomes AS outcomes, shown.prices AS prices, shown.price_as_of AS price_as_of,
        traded.last - traded.a_day_ago AS change_24h,
        shown.volume AS volume, shown.volume24h AS volume24h, shown.liquidity AS liquidity, shown.ends AS ends, shown.closed AS closed, shown.state AS state, shown.winner AS winner,
        whole.description AS description,
        whole.condition_id AS condition_id,
        if(empty(whole.tokens), whole.position_ids, whole.tokens) AS tokens,
        whole.createdAt AS created,
        whole.closedTime AS closed_at,
        whole.tick_size AS tick,
        if(length(shown.outcomes) = 2, [traded.last, 1 - traded.last], arrayMap(one -> CAST(NULL, 'Nullable(Float64)'), shown.outcomes)) AS last,
        traded.last_at AS last_at,
        traded.trades AS trades,
        traded.traded_usd AS traded_usd,
        if(whole.resolution_status = '' AND empty(paid.shares), NULL, CAST(
            CAST((whole.resolution_status, whole.closedTime, paid.shares, whole.resolution_source), 'Tuple(status String, resolved_at Nullable(DateTime64(3, \'UTC\')), payouts Array(Float64), source String)'),
            'Variant(Tuple(status String, resolved_at Nullable(DateTime64(3, \'UTC\')), payouts Array(Float64), source String))')) AS resolution,
        (SELECT toUInt32(uniqExact(version)) FROM markets_versions WHERE id = market) AS story_count,
        tuple(if(whole.event_slug = '' OR whole.market_slug = '', NULL, concat('https://polymarket.com/event/', whole.event_slug, '/', whole.market_slug)) AS polymarket, CAST(NULL, 'Nullable(String)') AS polygonscan) AS links) AS data,
    CAST(NULL, 'Nullable(String)') AS next
FROM shown
INNER JOIN chosen AS whole ON shown.id = whole.id
CROSS JOIN traded
LEFT JOIN paid ON shown.id = paid.market_id
