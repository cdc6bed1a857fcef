-- Markets as lists show them; {{chosen}} has the rows, with the columns of markets.
SELECT
    listed.id AS id,
    listed.market_slug AS slug,
    listed.question AS question,
    if(listed.event_id = '', NULL, CAST(CAST((listed.event_id, if(of_event.slug = '', listed.event_slug, of_event.slug), of_event.title), 'Tuple(id String, slug String, title String)'), 'Variant(Tuple(id String, slug String, title String))')) AS event,
    of_event.tags AS tags,
    listed.outcomes AS outcomes,
    arrayMap((outcome, place) -> if(place <= length(listed.outcome_prices), listed.outcome_prices[place], nan), listed.outcomes, arrayEnumerate(listed.outcomes)) AS prices,
    fromUnixTimestamp64Milli(toInt64(listed.version), 'UTC') AS price_as_of,
    CAST(NULL, 'Nullable(Float64)') AS change_24h,
    listed.volume AS volume,
    listed.volume_24h AS volume24h,
    listed.liquidity AS liquidity,
    listed.end_date AS ends,
    listed.closed AS closed,
    multiIf(listed.closed AND (listed.winner_index >= 0 OR listed.resolution_status IN ('resolved', 'settled')), 'resolved', listed.closed, 'closed', listed.accepting_orders, 'open', 'paused') AS state,
    nullIf(listed.winner, '') AS winner,
    listed.place AS place
FROM {{chosen}} AS listed
LEFT JOIN
(
    SELECT id, argMax(slug, version) AS slug, argMax(title, version) AS title, argMax(tags, version) AS tags
    FROM polymarket_events
    WHERE id GLOBAL IN (SELECT event_id FROM {{chosen}})
    GROUP BY id
) AS of_event ON listed.event_id = of_event.id
